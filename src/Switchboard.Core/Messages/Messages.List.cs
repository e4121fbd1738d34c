using Switchboard.Core.Chats;
using Switchboard.Core.History;
using Switchboard.Core.Paging;
using Switchboard.Networks;
using Switchboard.Sqlite;

namespace Switchboard.Core.Messages;

/// <summary>A page of messages.</summary>
/// <param name="Stamp">The state of the chat that it is of.</param>
/// <param name="Page">The page; <c>null</c> when whoever asked has it already.</param>
/// <param name="IsWhole">Whether it ends where its list ends or where it is full, not because messages are missing there.</param>
public sealed record ListedMessages(ChatStamp Stamp, Page<Message>? Page, bool IsWhole);

/// <content>Reading messages page by page, past what is missing.</content>
public sealed partial class Messages
{
    private static readonly TimeSpan WaitForHistory = TimeSpan.FromSeconds(5);

    /// <summary>Messages of a chat that are here, newest first. A page ends where messages are missing, and says that there are more.</summary>
    public Page<Message> List(Access.Access access, string chatId, PageRequest request) =>
        Read(access, chatId, request, _ => false).Listed.Page!;

    /// <summary>
    /// Messages of a chat, newest first, and the state of the chat that they are of. Where messages are missing they are fetched
    /// first, for some seconds; then the page ends there and says that there are more.
    /// </summary>
    /// <param name="access">Who asks.</param>
    /// <param name="chatId">Id or local id.</param>
    /// <param name="request">Which page.</param>
    /// <param name="isKnown">Whether whoever asks has the whole page of that state already: then it is not read.</param>
    /// <param name="cancellationToken">Stops waiting.</param>
    /// <exception cref="NetworkException">
    /// Everything after the cursor is missing and could not be fetched: an empty page would look like the end.
    /// </exception>
    public async Task<ListedMessages> ListAsync(
        Access.Access access, string chatId, PageRequest request, Func<ChatStamp, bool> isKnown, CancellationToken cancellationToken)
    {
        var (listed, gap, login) = Read(access, chatId, request, isKnown);
        if (gap is null)
            return listed;
        using var within = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var over = Task.Delay(WaitForHistory, clock, within.Token);
        NetworkException? failure = null;
        while (gap is not null && failure is null)
        {
            var loading = history.LoadAsync(login, gap, within.Token);
            if (await Task.WhenAny(loading, over) == over)
                break;
            try
            {
                await loading;
            }
            catch (NetworkException e)
            {
                failure = e;
            }

            (listed, gap, login) = Read(access, chatId, request, _ => false);
        }

        await within.CancelAsync();
        cancellationToken.ThrowIfCancellationRequested();
        return gap is not null && request.Cursor is not null && listed.Page!.Items.Count == 0
            ? throw failure ?? new NetworkException(NetworkFailure.Transient, "Earlier messages are still being fetched. Try again soon.")
            : listed;
    }

    private (ListedMessages Listed, Gap? Gap, long Login) Read(
        Access.Access access, string chatId, PageRequest request, Func<ChatStamp, bool> isKnown) => database.Read(db =>
    {
        var stamp = db.DemandChatStamp(access, chatId);
        if (isKnown(stamp))
            return (new ListedMessages(stamp, null, true), null, 0);
        Gap? reached = null;
        var page = Paging.Paging.Cut(
            request,
            $"messages {stamp.Chat}",
            message => new Edge(message.SortKey, 0),
            (edge, newer, count) => newer
                ? UpToGap(db, stamp.Chat, edge!.Value.Major, count, out reached)
                : DownToGap(db, stamp.Chat, edge?.Major, count, out reached),
            text => PlaceOf(db, stamp.Chat, text));
        if (reached is null)
            return (new ListedMessages(stamp, page, true), null, 0);
        // Without a cursor nothing is newer than the newest page, whatever is missing below it.
        var hasMore = request.Direction == PageDirection.Before || request.Cursor is not null;
        page = page with { HasMore = hasMore };
        // Full as it is, it need not wait for what comes after it.
        return page.Items.Count >= request.Limit
            ? (new ListedMessages(stamp, page, true), null, 0)
            : (new ListedMessages(stamp, page, false), reached, db.ChatByKey(stamp.Chat)!.LoginKey);
    });

    private static List<Message> DownToGap(Db db, long chat, long? edge, int count, out Gap? reached)
    {
        var gap = db.GapBelow(chat, edge);
        var found = db.Messages(
            "m.chat = $chat AND m.sort_key < $edge AND m.sort_key >= $floor ORDER BY m.sort_key DESC LIMIT $count",
            ("$chat", chat), ("$edge", edge ?? long.MaxValue), ("$floor", gap is null ? 0 : gap.Upper ?? long.MaxValue), ("$count", count));
        reached = found.Count < count ? gap : null;
        return found;
    }

    private static List<Message> UpToGap(Db db, long chat, long edge, int count, out Gap? reached)
    {
        var gap = db.GapAbove(chat, edge);
        var found = db.Messages(
            "m.chat = $chat AND m.sort_key > $edge AND m.sort_key < $ceiling ORDER BY m.sort_key LIMIT $count",
            ("$chat", chat), ("$edge", edge), ("$ceiling", gap?.Upper ?? long.MaxValue), ("$count", count));
        reached = found.Count < count ? gap : null;
        return found;
    }

    private static Cursor? PlaceOf(Db db, long chat, string text)
    {
        // A sort key marks its place even when its message is gone.
        if (text.Length == 16 && MessageSql.ParseNumber(text) is { } key)
            return Cursor.At(new Edge(key, 0));
        var place = db.FindMessage(chat, text)?.SortKey ?? (MessageSql.ParseNumber(text) is { } id
            ? db.QueryInt64("SELECT sort_key FROM forgotten_message WHERE id = $id AND chat = $chat", ("$id", id), ("$chat", chat))
            : null);
        return place is { } sortKey ? Cursor.At(new Edge(sortKey, 0)) : null;
    }
}
