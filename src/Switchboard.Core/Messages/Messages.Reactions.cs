using System.Globalization;
using Switchboard.Core.Text;
using Switchboard.Networks;
using Switchboard.Sqlite;

namespace Switchboard.Core.Messages;

/// <content>Reactions.</content>
public sealed partial class Messages
{
    /// <summary>Reacts to a message. The same transaction again changes nothing and gives the same answer.</summary>
    /// <returns>Ids of chat and message, and the transaction.</returns>
    public async Task<(string ChatId, string MessageId, string Transaction)> ReactAsync(
        Access.Access access, string chatId, string messageId, string key, string? transaction, CancellationToken cancellationToken)
    {
        var (chat, message) = await ForChangeAsync(access, chatId, messageId, cancellationToken);
        var capabilities = chat.Capabilities;
        if (capabilities.Reaction < CapabilityLevel.Partial)
            throw Unsupported(chat, "reactions");
        if (message.IsDeleted)
            throw RefusedException.NotFound("Message", messageId);
        // An emoji is the same with and without the sign that it is to show as one.
        if (capabilities.AllowedReactions is { } allowed && !allowed.Select(Emoji.Plain).Contains(Emoji.Plain(key)))
            throw RefusedException.Invalid("invalid_value", $"{chat.Network} allows only certain reactions here; see capabilities.allowedReactions.", "body", "reactionKey");
        var requestKey = transaction is null ? null : $"reaction {transaction}";
        var what = Core.Store.Hash($"{chat.Key} {message.Id} {key}");
        if (requestKey is not null && database.Read(db => db.FindRequest(access.Token, requestKey)) is { } known)
        {
            return known.Hash.AsSpan().SequenceEqual(what)
                ? (chat.Id, Number(message.Id), transaction!)
                : throw new RefusedException(Refusal.Conflict, "This transactionID was used for another reaction. Use a new one.");
        }

        var id = transaction ?? $"txn_{Core.Store.RandomText(20)}";
        var connection = await ConnectionAsync<ISupportsReactions>(chat, "reactions", cancellationToken);
        await connection.ReactAsync(chat.RemoteId, message.RemoteId!.Value, key, new TransactionId(id), cancellationToken);
        await database.WriteAsync(
            db =>
            {
                var now = clock.GetUtcNow();
                if (requestKey is not null)
                    db.SaveRequest(access.Token, requestKey, what, id, now);
                if (db.FindMessage(chat, messageId) is { } current)
                    db.AddReaction(chat, current, Self(db, chat), key, capabilities.ReactionCount == 1, now);
            },
            CancellationToken.None);
        return (chat.Id, Number(message.Id), id);
    }

    /// <summary>Takes an own reaction back.</summary>
    /// <returns>Ids of chat and message.</returns>
    public async Task<(string ChatId, string MessageId)> UnreactAsync(
        Access.Access access, string chatId, string messageId, string key, CancellationToken cancellationToken)
    {
        var (chat, message) = await ForChangeAsync(access, chatId, messageId, cancellationToken);
        if (!message.Reactions.Any(reaction => reaction.UserId == chat.SelfId && reaction.Key == key))
            throw RefusedException.NotFound("Reaction", key);
        var connection = await ConnectionAsync<ISupportsReactions>(chat, "reactions", cancellationToken);
        await connection.UnreactAsync(chat.RemoteId, message.RemoteId!.Value, key, cancellationToken);
        await database.WriteAsync(
            db =>
            {
                if (db.FindMessage(chat, messageId) is { } current)
                    db.RemoveReaction(chat, current, Self(db, chat), key, clock.GetUtcNow());
            },
            CancellationToken.None);
        return (chat.Id, Number(message.Id));
    }

    private static long Self(Db db, Chats.Chat chat) => Chats.PeopleWrites.ContactKey(db, chat.AccountKey, chat.SelfId)!.Value;

    private static string Number(long id) => id.ToString(CultureInfo.InvariantCulture);
}
