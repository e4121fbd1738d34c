using Microsoft.Extensions.Logging;
using Switchboard.Matrix.Bridges;
using Switchboard.Matrix.Store;
using Switchboard.Matrix.Timeline;
using Switchboard.Networks;

namespace Switchboard.Matrix.Sync;

/// <summary>
/// Takes in what a sync answer says of one room: state first, then the timeline a piece at a time, then who read what. Each step runs
/// in a transaction of its own, so that a room of any length needs little memory.
/// </summary>
/// <param name="part">What is said of it.</param>
/// <param name="isFirstSync">Whether it is part of a first answer, which leaves nothing out.</param>
/// <param name="mayBeUnstored">
/// Whether this may have been taken before by a process that ended before the server had stored what came of it: then the room looks
/// known, and yet that something is missing in it must be told again.
/// </param>
/// <param name="logger">For what is passed over.</param>
internal sealed class RoomRun(SyncPart part, bool isFirstSync, bool mayBeUnstored, ILogger logger) : IDisposable
{
    private RoomSections? sections;
    private RoomAccountData? data;
    private long newestOfOthers;
    private long newestOwn;

    /// <summary>Whether all of it was taken.</summary>
    public bool IsDone { get; private set; }

    /// <summary>How much there is of it, bytes.</summary>
    public long Size => part.Json.Length;

    /// <summary>Takes the next piece.</summary>
    /// <param name="scope">The transaction.</param>
    /// <param name="most">Events of the timeline, at most.</param>
    public void Step(SyncScope scope, int most)
    {
        if (sections is null)
        {
            sections = RoomSections.Find(part.Json.ToSequence());
            switch (part.Kind)
            {
                case SyncPartKind.Invite:
                    Invited(scope);
                    break;
                case SyncPartKind.Join:
                    Joined(scope);
                    break;
                case SyncPartKind.Leave:
                    Left(scope);
                    break;
                default:
                    Knocked(scope);
                    break;
            }
        }

        if (!IsDone && scope.Room(part.Name) is { } room)
            Timeline(room, scope, most);
    }

    /// <inheritdoc/>
    public void Dispose() => part.Dispose();

    private void Invited(SyncScope scope)
    {
        IsDone = true;
        var before = scope.Db.RoomRow(part.Name);
        // Whoever is in a room cannot be invited to it: what is left of an earlier stay counts no more.
        if (before is { Membership: not "invite" })
            scope.Db.ForgetRoom(part.Name);
        var fold = new StateFold(scope.Db, scope.Own.UserId, (before ?? new RoomRow(part.Name)) with
        {
            Membership = "invite",
            HasAllMembers = false,
            Joined = null,
            Invited = null,
            Heroes = null,
            // An invitation bears no time of its own: it came now.
            JoinedAt = before is { Membership: "invite", JoinedAt: { } at } ? at : scope.Now.ToUnixTimeMilliseconds(),
            Account = before is { IsTold: true } ? before.Account : null,
        });
        Apply(sections!.Stripped, fold, isStripped: true);
        scope.Db.SaveRoom(fold.Row);
        var inviter = scope.Db.Member(part.Name, scope.Own.UserId)?.Sender;
        if (inviter is not null && WantedJoins.IsAwaited(part.Name, inviter, scope, callsItselfBot: fold.InvitingBots.Contains(inviter)))
            scope.Db.WantInvitedJoin(part.Name, scope.Now);
        else if (inviter is null || !scope.Db.IsIgnored(inviter))
            ChatTelling.TellAgain(part.Name, scope);
    }

    private void Left(SyncScope scope)
    {
        IsDone = true;
        BridgeTrust.Drop(part.Name, scope);
        var before = scope.Db.RoomRow(part.Name);
        scope.Db.EndJoin(part.Name);
        scope.Db.ForgetRoom(part.Name);
        scope.Db.SaveRoom((before ?? new RoomRow(part.Name)) with
        {
            Membership = "leave",
            IsTold = false,
            IsUntold = false,
            Account = null,
            WasInvitation = false,
            HasAllMembers = false,
            Joined = null,
            Invited = null,
            Heroes = null,
            JoinedAt = null,
        });
        // A chat that goes on elsewhere goes without the room it was in.
        if (before?.ReplacedBy is null)
            scope.Tell(new RemoteEvent.ChatRemoved(new(part.Name)));
    }

    private void Knocked(SyncScope scope)
    {
        IsDone = true;
        scope.Db.SaveRoom((scope.Db.RoomRow(part.Name) ?? new RoomRow(part.Name)) with { Membership = "knock" });
    }

    private void Joined(SyncScope scope)
    {
        var db = scope.Db;
        var before = db.RoomRow(part.Name);
        var isNew = before is not { Membership: "join" };
        if (isNew)
            db.EndJoin(part.Name);
        var fold = new StateFold(db, scope.Own.UserId, (before ?? new RoomRow(part.Name)) with
        {
            Membership = "join",
            Joined = sections!.Joined ?? before?.Joined,
            Invited = sections.Invited ?? before?.Invited,
            Heroes = sections.Heroes ?? before?.Heroes,
            // Who came and went meanwhile is not told in full.
            HasAllMembers = before is { HasAllMembers: true } && !isNew && !(sections.IsLimited && sections.StateAfter is null),
        });
        Apply(sections.StateAfter ?? sections.State, fold);
        var hasBeginning = TimelineState(fold, isApplied: sections.StateAfter is null);
        var now = scope.Now.ToUnixTimeMilliseconds();
        data = new RoomAccountData(fold.Row with { JoinedAt = fold.Row.JoinedAt > now ? now : fold.Row.JoinedAt }, scope.Now);
        AccountData(data);
        if (before is null || !before.SameAs(data.Row))
            db.SaveRoom(data.Row);
        var room = scope.Room(part.Name)!;
        if (BridgeTrust.Note(room, scope))
            room = scope.Room(part.Name)!;
        if (!room.IsChatRoom)
        {
            AccountBook.NoteSpace(room, scope);
            IsDone = true;
            return;
        }

        TellChat(room, before, fold, scope);
        if ((sections.IsLimited || ((isNew || mayBeUnstored) && !hasBeginning)) && sections.PreviousBatch is { } token)
            TellGap(token, scope);
        if (room.Successor is { } successor && fold.HasChanged && room.Row.ReplacedBy is null)
            Follow(room, successor, scope);
    }

    private void TellGap(string token, SyncScope scope)
    {
        scope.Tell(new RemoteEvent.HistoryGap(new(part.Name), token));
        // Of one that is limited the answer says so itself, however often it comes.
        if (sections!.IsLimited)
            return;
        scope.Db.SaveRoom(scope.Db.RoomRow(part.Name)! with { IsUntold = true });
        scope.Told.Add(part.Name);
    }

    private void TellChat(RoomState room, RoomRow? before, StateFold fold, SyncScope scope)
    {
        if (room.Row.ReplacedBy is not null)
            return;
        var isChanged = fold.HasChanged || sections!.Heroes is not null || sections.Joined is not null || sections.Invited is not null;
        var isFirst = before is not { Membership: "join", IsTold: true };
        if (isFirst || isChanged || room.Row.IsUntold || before!.IsServerNotice != room.Row.IsServerNotice)
            ChatTelling.Tell(room, scope);
        var marks = data!.Marks;
        if (data.TellsMute || isFirst)
            marks = marks with { IsMuted = ChatTelling.IsMuted(data.Row, scope) };
        if (marks != new ChatMarks())
            scope.Tell(new RemoteEvent.ChatMarksChanged(new(part.Name), marks));
        if (fold.HasLost && room.Row is { HasAllMembers: false } && (room.Row.Joined ?? 0) <= RoomMembers.Told && !isFirst)
            scope.FollowUps.Add(new FollowUp.LoadMembers(part.Name));
    }

    private static void Follow(RoomState room, string successor, SyncScope scope)
    {
        if (scope.Room(successor) is { Row.Membership: "join" } there)
            ChatTelling.Tell(there, scope);
        else
            WantedJoins.Follow(room, successor, scope);
    }

    private void Timeline(RoomState room, SyncScope scope, int most)
    {
        var fold = new TimelineFold(room, scope, isFirstSync: isFirstSync);
        for (var i = 0; i < most; i++)
        {
            using var document = sections!.Timeline?.Next();
            if (document is null)
            {
                IsDone = true;
                break;
            }

            Guarded(() =>
            {
                if (MatrixEvent.Read(document.RootElement) is { } source)
                    fold.Apply(source);
            });
        }

        fold.TellImpliedReads();
        newestOfOthers = Math.Max(newestOfOthers, fold.NewestOfOthers);
        newestOwn = Math.Max(newestOwn, fold.NewestOwn);
        if (IsDone)
            Finish(room, scope);
    }

    private void Finish(RoomState room, SyncScope scope)
    {
        var hasOwnReceipt = EphemeralFold.Apply(sections!.Ephemeral, room, scope);
        // The marker of clients counts only where there is no receipt (§1.2), and says nothing of when.
        if (isFirstSync && !hasOwnReceipt && data!.FullyRead is { } read)
            scope.Tell(new RemoteEvent.ReadUpTo(new(part.Name), new(room.OwnUserId), new(read), DateTimeOffset.UnixEpoch));
        if (!data!.TellsArchive && (data.Row.ArchivedAt is null || room.Row.ArchivedAt is null))
            return;
        var isArchived = data.IsArchived(ChatTelling.IsMuted(room.Row, scope), newestOfOthers, newestOwn);
        if (data.TellsArchive || !isArchived)
            scope.Tell(new RemoteEvent.ChatMarksChanged(new(part.Name), new() { IsArchived = isArchived }));
        if (!isArchived && room.Row.ArchivedAt is not null)
            scope.Db.SaveRoom(scope.Db.RoomRow(part.Name)! with { ArchivedAt = null });
    }

    /// <summary>Goes through the state in the timeline before anything of it is told.</summary>
    /// <returns>Whether the room's beginning is in it.</returns>
    private bool TimelineState(StateFold fold, bool isApplied)
    {
        var hasBeginning = false;
        while (sections!.Timeline?.Next(onlyState: true) is { } document)
        {
            using (document)
            {
                Guarded(() =>
                {
                    if (MatrixEvent.Read(document.RootElement) is not { StateKey: not null } state)
                        return;
                    hasBeginning |= state.Type == "m.room.create";
                    if (isApplied)
                        fold.Apply(state);
                });
            }
        }

        sections.Timeline?.Rewind();
        return hasBeginning;
    }

    private void Apply(EventArray? events, StateFold fold, bool isStripped = false)
    {
        while (events?.Next() is { } document)
        {
            using (document)
            {
                Guarded(() =>
                {
                    if (MatrixEvent.Read(document.RootElement, isStripped) is { } state)
                        fold.Apply(state, isStripped);
                });
            }
        }
    }

    private void Guarded(Action take) => EventGuard.Take(part.Name, logger, take);

    private void AccountData(RoomAccountData into)
    {
        while (sections!.AccountData?.Next() is { } document)
        {
            using (document)
            {
                if (document.RootElement.Id("type") is { } type)
                    into.Apply(type, document.RootElement.Child("content"));
            }
        }
    }
}
