using System.Text.Json;
using Microsoft.Extensions.Logging;
using Switchboard.Matrix.Api;
using Switchboard.Matrix.Sync;
using Switchboard.Matrix.Timeline;
using Switchboard.Networks;

namespace Switchboard.Matrix;

internal sealed partial class MatrixConnection
{
    /// <summary>Does what an answer asked for. What fails for good is passed over: the chat itself is there without it.</summary>
    private async Task<IReadOnlyList<RemoteEvent>> DoAsync(FollowUp followUp, SyncIntake intake, CancellationToken cancellationToken)
    {
        try
        {
            switch (followUp)
            {
                case FollowUp.Join(var room, var via):
                    var path = "v3/join/" + MatrixApi.Escape(room)
                        + (via is null ? "" : $"?via={MatrixApi.Escape(via)}&server_name={MatrixApi.Escape(via)}");
                    using (await api.SendAsync(HttpMethod.Post, path, default, cancellationToken))
                    {
                        return [];
                    }

                case FollowUp.LoadMembers(var room):
                    await LoadMembersAsync(room, cancellationToken);
                    return await intake.TakeAsync(scope => ChatTelling.TellAgain(room, scope), cancellationToken);
                case FollowUp.Reread reread:
                    return await RereadAsync(reread, cancellationToken) is { } said ? [said] : [];
                default:
                    throw new InvalidOperationException($"Unknown follow-up {followUp.GetType().Name}.");
            }
        }
        catch (NetworkException e) when (e.Kind is not NetworkFailure.LoginExpired)
        {
            LogNotDone(logger, followUp.GetType().Name, e.Message);
            return [];
        }
    }

    /// <summary>What a message says now that an edit of it was taken back: the edit before, or its first words (§3.4).</summary>
    private async Task<RemoteEvent?> RereadAsync(FollowUp.Reread reread, CancellationToken cancellationToken)
    {
        JsonElement? answer;
        try
        {
            answer = await TryGetAsync(
                $"v3/rooms/{MatrixApi.Escape(reread.Room)}/event/{MatrixApi.Escape(reread.Target)}", cancellationToken);
        }
        catch (NetworkException e) when (e.Kind is NetworkFailure.Transient)
        {
            throw;
        }

        if (answer is not { } json || MatrixEvent.Read(json) is not { StateKey: null } source)
            return null;
        return store.Read(db =>
        {
            var scope = new SyncScope(db, new(store.OwnUserId, store.AccountId), clock.GetUtcNow());
            return scope.Room(reread.Room) is { } room
                && TimelineMapper.Map(source, TimelineFold.ContextOf(room, scope)) is Mapped.Message(var message)
                ? new RemoteEvent.MessageEdited(
                    message.Chat, message.Id, message.Text ?? BodyText.Plain(""), message.Mentions ?? [], reread.At)
                : null;
        });
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "{What} was not done: {Reason}")]
    private static partial void LogNotDone(ILogger logger, string what, string reason);
}
