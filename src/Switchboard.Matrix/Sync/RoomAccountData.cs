using Switchboard.Matrix.Store;
using Switchboard.Matrix.Timeline;
using Switchboard.Networks;

namespace Switchboard.Matrix.Sync;

/// <summary>What the owner has put on a room by its account data (matrix.md §1.2, §1.5).</summary>
internal sealed class RoomAccountData(RoomRow row, DateTimeOffset now)
{
    private bool hasStableUnread;
    private long? markedUnreadAt;

    /// <summary>The room's row with what was told.</summary>
    public RoomRow Row { get; private set; } = row;

    /// <summary>What was told of pins, unread marks and priority; of muting and archiving see the flags.</summary>
    public ChatMarks Marks { get; private set; } = new();

    /// <summary>Whether muting was told of.</summary>
    public bool TellsMute { get; private set; }

    /// <summary>Whether archiving was told of.</summary>
    public bool TellsArchive { get; private set; }

    /// <summary>Where <c>m.fully_read</c> stands, if it was told.</summary>
    public string? FullyRead { get; private set; }

    /// <summary>Takes one event.</summary>
    public void Apply(string type, System.Text.Json.JsonElement content)
    {
        switch (type)
        {
            case "m.tag":
                var tags = content.Child("tags");
                Row = Row with
                {
                    IsFavourite = tags.Has("m.favourite"),
                    // Both at once is a mistake of some client: the favourite is the one that was meant.
                    IsLowPriority = tags.Has("m.lowpriority") && !tags.Has("m.favourite"),
                    IsServerNotice = tags.Has("m.server_notice"),
                };
                Marks = Marks with { IsPinned = Row.IsFavourite, IsLowPriority = Row.IsLowPriority };
                break;
            case "m.marked_unread":
                hasStableUnread = true;
                MarkUnread(content);
                break;
            case "com.famedly.marked_unread" when !hasStableUnread:
                MarkUnread(content);
                break;
            case "com.beeper.mute":
                Row = Row with { MutedUntil = content.Whole("muted_until") ?? 0 };
                TellsMute = true;
                break;
            case "com.beeper.inbox.done":
                Row = Row with { ArchivedAt = ArchivedAt(content) };
                TellsArchive = true;
                break;
            case "m.fully_read":
                FullyRead = content.Id("event_id");
                break;
        }
    }

    /// <summary>Whether <c>com.beeper.mute</c> silences the room at a time.</summary>
    public static bool IsMuted(RoomRow row, DateTimeOffset now) => row.MutedUntil < 0 || row.MutedUntil > now.ToUnixTimeMilliseconds();

    /// <summary>
    /// Whether the room is put away still (§1.5): not when somebody else wrote later, unless it is muted; not when the owner did, and
    /// not when it was marked unread later.
    /// </summary>
    public bool IsArchived(bool isMuted, long newestOfOthers, long newestOwn) =>
        Row.ArchivedAt is { } at && (isMuted || newestOfOthers <= at) && newestOwn <= at && !(markedUnreadAt > at);

    private void MarkUnread(System.Text.Json.JsonElement content)
    {
        var isUnread = content.Is("unread");
        Marks = Marks with { IsMarkedUnread = isUnread };
        markedUnreadAt = isUnread ? content.Whole("ts") : null;
    }

    // Some write an order of their own server instead of a time: then it counts from now on.
    private long? ArchivedAt(System.Text.Json.JsonElement content) =>
        content.Whole("updated_ts") is > 0 and var at ? at
        : content.Has("at_order") || content.Has("at_delta") ? now.ToUnixTimeMilliseconds()
        : null;
}
