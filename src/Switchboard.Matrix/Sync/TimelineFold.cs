using Switchboard.Matrix.Bridges;
using Switchboard.Matrix.Store;
using Switchboard.Matrix.Timeline;
using Switchboard.Networks;

namespace Switchboard.Matrix.Sync;

/// <summary>
/// What the events of a room's timeline mean becomes what the server is told, with the memory that edits, reactions and deletions
/// need. The same events again tell the same again.
/// </summary>
internal sealed class TimelineFold
{
    private readonly SyncScope scope;
    private readonly TimelineContext context;
    private readonly string room;
    private readonly Dictionary<string, (RemoteMessageId Message, DateTimeOffset At)> lastBy = [];
    private readonly IReadOnlySet<string> services;
    private readonly bool isPast;

    /// <summary>Folds into a scope.</summary>
    /// <param name="state">The room.</param>
    /// <param name="scope">Where to.</param>
    /// <param name="isPast">Whether it all happened before what is known already: then it says nothing of how things are now.</param>
    /// <param name="isFirstSync">Whether nothing was known before: then it is no news that rules could point out (§6.3).</param>
    public TimelineFold(RoomState state, SyncScope scope, bool isPast = false, bool isFirstSync = false)
    {
        (this.scope, this.isPast) = (scope, isPast);
        room = state.Row.Id;
        services = state.ServiceMembers;
        context = ContextOf(state, scope, isFirstSync);
    }

    /// <summary>What the meaning of a room's events depends on.</summary>
    public static TimelineContext ContextOf(RoomState state, SyncScope scope, bool isFirstSync = false)
    {
        var (db, room) = (scope.Db, state.Row.Id);
        var ignored = db.Query("SELECT user FROM ignored", row => row.GetString(0)).ToHashSet();
        var users = new Dictionary<string, RemoteUser>();
        var ownName = new Lazy<string?>(() => db.Member(room, state.OwnUserId)?.Name);
        return new()
        {
            Room = room,
            OwnUserId = state.OwnUserId,
            Now = scope.Now,
            IsMe = state.IsMe,
            User = User,
            MayNotifyRoom = user => state.Power.Of(user) >= state.Power.NotifyRoom,
            IsPointedOut = (source, content) => !isFirstSync && !state.IsMe(source.Sender) && scope.Highlights.PointOut(new(source, content, room)
            {
                Members = state.Row.Joined,
                OwnName = ownName.Value,
                MayNotifyRoom = state.Power.Of(source.Sender) >= state.Power.NotifyRoom,
            }),
            IsIgnored = ignored.Contains,
            BridgeBot = state.Bridge?.Bot,
            IsKnownBot = user => db.IsTrustedBot(user) || db.IsBridgeBot(user),
            IsServerNotice = state.Row.IsServerNotice,
            RedactsInContent = state.RedactsInContent,
            Sent = id => db.QueryText(
                "SELECT txn FROM sent WHERE room = $room AND event = $event", ("$room", room), ("$event", id)) is { } txn
                ? new TransactionId(txn) : null,
        };

        RemoteUser User(string user)
        {
            if (users.TryGetValue(user, out var known))
                return known;
            var member = db.Member(room, user);
            var person = RoomChat.User(
                user, member?.Name, member?.Avatar, db.PersonDetails(user), isService: state.ServiceMembers.Contains(user));
            // Of whom this room knows nothing another may: a name made of the id must not take that one's place.
            return users[user] = member is null ? person with { FullName = null } : person;
        }
    }

    /// <summary>Time of the newest message of somebody else, milliseconds.</summary>
    public long NewestOfOthers { get; private set; }

    /// <summary>Time of the owner's newest message, milliseconds.</summary>
    public long NewestOwn { get; private set; }

    /// <summary>Whether a user is the owner.</summary>
    public bool IsMe(string user) => context.IsMe(user);

    /// <summary>Takes one event.</summary>
    public void Apply(MatrixEvent source)
    {
        switch (TimelineMapper.Map(source, context))
        {
            case Mapped.Message(var message):
                Message(source, message);
                break;
            case Mapped.Edit edit:
                Edit(source, edit);
                break;
            case Mapped.Reaction reaction:
                Reaction(source, reaction);
                break;
            case Mapped.Redaction redaction:
                Redaction(source, redaction);
                break;
            case Mapped.Status(var target, var report, var notice):
                if (notice is not null)
                    Message(source, notice);
                else
                    scope.Db.NoteReportingBridge(source.Sender);
                scope.Tell(new RemoteEvent.SendStatusChanged(new(room), new(target), report));
                break;
            case Mapped.BridgeState(var state, var notice):
                if (!isPast && scope.Db.IsNewestBridgeState(state.Bot, state.Login, MatrixTime.Of(source.At, scope.Now)))
                    AccountBook.Note(state, scope);
                Message(source, notice);
                break;
        }
    }

    /// <summary>Who wrote has read what came before (§3.10): told once for everybody, up to the last message of each.</summary>
    public void TellImpliedReads()
    {
        foreach (var (user, (message, at)) in lastBy)
        {
            scope.Tell(new RemoteEvent.ReadUpTo(new(room), new(user), message, at));
        }
    }

    private void Message(MatrixEvent source, RemoteMessage message)
    {
        // An edit that was taken back before it came here looks like a message that was.
        if (message.IsRemoved && scope.Db.QueryInt64(
            "SELECT 1 FROM edit WHERE room = $room AND event = $event", ("$room", room), ("$event", source.Id)) is not null)
        {
            return;
        }

        if (MatrixEvent.Read(source.Unsigned.Child("m.relations").Child("m.replace")) is { } bundled && message.EditedAt is not null)
            NoteEdit(bundled.Id, source.Id, source.Sender, bundled.At);
        scope.Tell(new RemoteEvent.MessageUpserted(message));
        if (message.IsHidden || message.IsIgnored || message.IsRemoved || source.StateKey is not null)
            return;
        var isOwn = context.IsMe(source.Sender);
        if (isOwn)
            NewestOwn = Math.Max(NewestOwn, source.At);
        else
            NewestOfOthers = Math.Max(NewestOfOthers, source.At);
        if (!services.Contains(source.Sender))
            lastBy[isOwn ? context.OwnUserId : source.Sender] = (message.Id, message.SentAt);
    }

    private void Edit(MatrixEvent source, Mapped.Edit edit)
    {
        if (context.IsIgnored(source.Sender))
            return;
        NoteEdit(source.Id, edit.Target, source.Sender, source.At);
        // The newest counts, whatever the order in which they come (§3.4); that of a stranger, which is none, must not be in its way.
        var winner = scope.Db.QueryText(
            """
            SELECT event FROM edit
            WHERE room = $room AND target = $target AND sender IN ($sender, '') AND is_redacted = 0 ORDER BY at DESC, event DESC LIMIT 1
            """,
            ("$room", room), ("$target", edit.Target), ("$sender", Person(source.Sender).Value));
        if (winner == source.Id)
        {
            scope.Tell(new RemoteEvent.MessageEdited(
                new(room), new(edit.Target), edit.Text, edit.Mentions, MatrixTime.Of(source.At, scope.Now))
            {
                Sender = new(context.IsMe(source.Sender) ? context.OwnUserId : source.Sender),
                IsPointedOut = edit.IsPointedOut,
            });
        }
    }

    // The sender chooses the time: one that lies in the future counts as now.
    private void NoteEdit(string id, string target, string sender, long at) => scope.Db.Execute(
        """
        INSERT INTO edit (room, event, target, sender, at) VALUES ($room, $event, $target, $sender, $at)
        ON CONFLICT (room, event) DO NOTHING
        """,
        ("$room", room), ("$event", id), ("$target", target), ("$sender", Person(sender).Value),
        ("$at", Math.Min(at, scope.Now.ToUnixTimeMilliseconds())));

    private void Reaction(MatrixEvent source, Mapped.Reaction reaction)
    {
        // One that was taken back may come once more as it was before.
        var isNone = scope.Db.QueryInt64(
            """
            SELECT EXISTS (SELECT 1 FROM edit WHERE room = $room AND event = $target)
              OR EXISTS (SELECT 1 FROM reaction WHERE room = $room AND event = $target)
              OR EXISTS (SELECT 1 FROM reaction WHERE room = $room AND event = $event AND is_redacted = 1)
            """,
            ("$room", room), ("$target", reaction.Target), ("$event", source.Id)) == 1;
        if (isNone || context.IsIgnored(source.Sender))
            return;
        scope.Db.Execute(
            """
            INSERT INTO reaction (event, room, target, sender, key, plain_key) VALUES ($event, $room, $target, $sender, $key, $plain)
            ON CONFLICT (room, event) DO NOTHING
            """,
            ("$event", source.Id), ("$room", room), ("$target", reaction.Target), ("$sender", source.Sender), ("$key", reaction.Key),
            ("$plain", ReactionKeys.Plain(reaction.Key)));
        scope.Tell(new RemoteEvent.ReactionAdded(new(room), new(reaction.Target), Person(source.Sender), reaction.Key, reaction.Picture));
    }

    private void Redaction(MatrixEvent source, Mapped.Redaction redaction)
    {
        var target = redaction.Target;
        if (scope.Db.QueryFirst(
            "UPDATE reaction SET is_redacted = 1 WHERE room = $room AND event = $event RETURNING target, sender, key, plain_key",
            row => (Target: row.GetString(0), Sender: row.GetString(1), Key: row.GetString(2), Plain: row.GetString(3)),
            ("$room", room), ("$event", target)) is { Target: not null } taken)
        {
            // The same person may have said the same twice.
            var again = scope.Db.QueryInt64(
                """
                SELECT 1 FROM reaction
                WHERE room = $room AND target = $target AND sender = $sender AND plain_key = $key AND is_redacted = 0 LIMIT 1
                """,
                ("$room", room), ("$target", taken.Target), ("$sender", taken.Sender), ("$key", taken.Plain));
            if (again is null)
                scope.Tell(new RemoteEvent.ReactionRemoved(new(room), new(taken.Target), Person(taken.Sender), taken.Key));
            return;
        }

        if (scope.Db.QueryText(
            "UPDATE edit SET is_redacted = 1 WHERE room = $room AND event = $event RETURNING target",
            ("$room", room), ("$event", target)) is { } edited)
        {
            scope.Db.WantReread(room, edited, MatrixTime.Of(source.At, scope.Now));
            return;
        }

        scope.Tell(new RemoteEvent.MessageRemoved(new(room), new(target)) { LeavesNoTrace = redaction.LeavesNoTrace });
    }

    private UserId Person(string user) => new(context.IsMe(user) ? context.OwnUserId : user);
}
