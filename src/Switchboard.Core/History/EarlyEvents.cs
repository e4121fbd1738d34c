using System.Text.Json;
using Switchboard.Networks;
using Switchboard.Sqlite;

namespace Switchboard.Core.History;

/// <summary>An edit, a deletion or a reaction, as it is kept until its message comes.</summary>
internal sealed record EarlyEvent
{
    public required EarlyKind Kind { get; init; }

    public string? User { get; init; }

    public string? Key { get; init; }

    public string? PictureId { get; init; }

    public AttachmentInfo? Picture { get; init; }

    public string? Html { get; init; }

    public bool IsFormatted { get; init; }

    public IReadOnlyList<string> Mentions { get; init; } = [];

    public bool IsPointedOut { get; init; }

    public bool LeavesNoTrace { get; init; }

    public DateTimeOffset At { get; init; }

    /// <summary>What is kept of an event; <c>null</c> when it is none that is kept.</summary>
    public static EarlyEvent? Of(RemoteEvent remote) => remote switch
    {
        RemoteEvent.MessageEdited edit => new EarlyEvent
        {
            Kind = EarlyKind.Edit,
            User = edit.Sender?.Value,
            Html = edit.Text.Html,
            IsFormatted = edit.Text.IsFormatted,
            Mentions = edit.Mentions,
            IsPointedOut = edit.IsPointedOut,
            At = edit.EditedAt,
        },
        RemoteEvent.MessageRemoved removal => new EarlyEvent { Kind = EarlyKind.Removal, LeavesNoTrace = removal.LeavesNoTrace },
        RemoteEvent.ReactionAdded added => new EarlyEvent
        {
            Kind = EarlyKind.Reaction,
            User = added.User.Value,
            Key = added.Key,
            PictureId = added.Picture?.Id.Value,
            Picture = added.Picture?.Info,
        },
        RemoteEvent.ReactionRemoved removed => new EarlyEvent { Kind = EarlyKind.Unreaction, User = removed.User.Value, Key = removed.Key },
        _ => null,
    };

    /// <summary>The event again, in the chat where its message is.</summary>
    public RemoteEvent ToRemote(RemoteChatId chat, RemoteMessageId message) => Kind switch
    {
        EarlyKind.Edit => new RemoteEvent.MessageEdited(chat, message, new MessageText(Html!, IsFormatted), Mentions, At)
        {
            Sender = User is null ? null : new UserId(User),
            IsPointedOut = IsPointedOut,
        },
        EarlyKind.Removal => new RemoteEvent.MessageRemoved(chat, message) { LeavesNoTrace = LeavesNoTrace },
        EarlyKind.Reaction => new RemoteEvent.ReactionAdded(
            chat, message, new UserId(User!), Key!, PictureId is null ? null : new RemoteMedia(new RemoteMediaId(PictureId), Picture!)),
        EarlyKind.Unreaction => new RemoteEvent.ReactionRemoved(chat, message, new UserId(User!), Key!),
        _ => throw new InvalidOperationException($"Unknown kind {Kind}."),
    };
}

/// <summary>What was said of a message.</summary>
internal enum EarlyKind
{
    Edit,
    Removal,
    Reaction,
    Unreaction,
}

/// <summary>What networks say of messages that are still missing. Callers are inside a transaction.</summary>
internal static class EarlyEventSql
{
    private const int MostOfChat = 10_000;

    extension(Db db)
    {
        /// <summary>Keeps what is said of a message that is not here, if it may still come: as long as messages are missing.</summary>
        /// <param name="chat">The chat.</param>
        /// <param name="message">The message.</param>
        /// <param name="remote">What is said of it.</param>
        /// <param name="isPast">Whether it was said before all that is kept already.</param>
        public void KeepEarly(long chat, RemoteMessageId message, RemoteEvent remote, bool isPast)
        {
            if (EarlyEvent.Of(remote) is not { } early)
                return;
            db.Execute(
                """
                INSERT INTO told_early (key, chat, remote_id, event)
                SELECT CASE $past WHEN 1 THEN (SELECT coalesce(min(key), 0) - 1 FROM told_early) END, $chat, $remote, $event
                WHERE EXISTS (SELECT 1 FROM gap WHERE chat = $chat)
                  AND NOT EXISTS (SELECT 1 FROM forgotten_message WHERE chat = $chat AND remote_id = $remote)
                  AND (SELECT count(*) FROM (SELECT 1 FROM told_early WHERE chat = $chat LIMIT $most)) < $most
                """,
                ("$chat", chat), ("$remote", message.Value), ("$event", JsonSerializer.Serialize(early, CoreJson.Default.EarlyEvent)),
                ("$past", isPast), ("$most", MostOfChat));
        }

        /// <summary>What somebody said early in a chat was said by whom that one turned out to be.</summary>
        public void RenameEarly(long chat, string user, string other)
        {
            var said = db.Query(
                "SELECT key, event FROM told_early WHERE chat = $chat",
                row => (Key: row.GetInt64(0), Event: JsonSerializer.Deserialize(row.GetString(1), CoreJson.Default.EarlyEvent)!),
                ("$chat", chat));
            foreach (var (key, early) in said.Where(one => one.Event.User == user))
            {
                db.Execute(
                    "UPDATE told_early SET event = $event WHERE key = $key", ("$key", key),
                    ("$event", JsonSerializer.Serialize(early with { User = other }, CoreJson.Default.EarlyEvent)));
            }
        }

        /// <summary>Takes what was said of a message that has come, in its order.</summary>
        public List<EarlyEvent> TakeEarly(long chat, RemoteMessageId message)
        {
            var early = db.Query(
                "SELECT event FROM told_early WHERE chat = $chat AND remote_id = $remote ORDER BY key",
                row => JsonSerializer.Deserialize(row.GetString(0), CoreJson.Default.EarlyEvent)!, ("$chat", chat), ("$remote", message.Value));
            if (early.Count > 0)
                db.Execute("DELETE FROM told_early WHERE chat = $chat AND remote_id = $remote", ("$chat", chat), ("$remote", message.Value));
            return early;
        }
    }
}
