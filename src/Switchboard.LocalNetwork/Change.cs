using System.Text.Json;
using Switchboard.Sqlite;

namespace Switchboard.LocalNetwork;

/// <summary>
/// One transaction under way: what it writes, whom to wake and which files to look after once it is committed.
/// </summary>
internal sealed class Change(Db db, DateTimeOffset now)
{
    /// <summary>Where it writes.</summary>
    public Db Db => db;

    /// <summary>The one moment at which all of it happens, whole milliseconds.</summary>
    public DateTimeOffset Now => now;

    /// <summary>Identities with something new in their queues.</summary>
    public HashSet<long> Recipients { get; } = [];

    /// <summary>Hashes of files that lost a reference.</summary>
    public HashSet<string> LooseFiles { get; } = [];

    /// <summary>Queues an event for everybody in a room who knows the room.</summary>
    /// <param name="room">The room.</param>
    /// <param name="what">What happened.</param>
    /// <param name="about">The message whose content it tells of, so that it goes when the message goes.</param>
    /// <param name="except">Who is not told.</param>
    public void QueueForRoom(long room, QueuedEvent what, Message? about = null, long? except = null)
    {
        var recipients = db.MembersWhoKnow(room);
        if (except is { } left)
            recipients.Remove(left);
        QueueFor(recipients, what, about);
    }

    /// <summary>Queues an event for these identities.</summary>
    public void QueueFor(IReadOnlyCollection<long> recipients, QueuedEvent what, Message? about = null)
    {
        if (recipients.Count == 0)
            return;
        var seq = db.InsertEvent(JsonSerializer.Serialize(what, LocalJson.Default.QueuedEvent), about?.Seq, about?.ExpiresAt);
        foreach (var recipient in recipients)
        {
            db.InsertDelivery(recipient, seq);
            Recipients.Add(recipient);
        }
    }

    /// <summary>Takes a message's files, reactions and content away; what is left says that there was one.</summary>
    public void Empty(long message)
    {
        LooseFiles.UnionWith(db.HashesOfMessage(message));
        db.EmptyMessage(message);
    }
}
