using Switchboard.Core.Chats;
using Switchboard.Core.Messages;
using Switchboard.Core.Paging;
using Switchboard.Testing;
using Xunit;

namespace Switchboard.Core.Tests.Model;

/// <content>What only reads: pages and searches.</content>
internal sealed partial class Conversation
{
    /// <summary>Pages that were read, to go on from after later changes.</summary>
    private readonly List<Kept> kept = [];

    /// <summary>One page from any place: a message that is there, one that is gone, or a sort key.</summary>
    private void ComparePage(Step step, ExpectedChat chat)
    {
        var limit = 1 + (step.Choice % 5);
        Keep(new MessageList(chat), limit, null, PageDirection.Before);
        if (Pick(chat.Messages, step.Target) is not { } from)
            return;
        var cursor = step.Choice % 3 == 0 ? Digits(from.SortKey) : from.Id;
        var edge = new Edge(from.SortKey, 0);
        Keep(
            new MessageList(chat), limit, new Kept(new MessageList(chat), cursor, edge, edge),
            step.Choice % 2 == 0 ? PageDirection.After : PageDirection.Before);
    }

    /// <summary>On from a page that was read earlier, in either direction, whatever has changed since.</summary>
    private void CompareResumed(Step step)
    {
        if (Pick(kept, step.Target) is { } from)
            Keep(from.List, 1 + (step.Choice % 6), from, step.Choice % 2 == 0 ? PageDirection.After : PageDirection.Before);
    }

    /// <summary>From the newest page to the oldest and back again, by the cursors, in pages of any size.</summary>
    private void CompareWalk(Step step, ExpectedChat chat) => Walk(new MessageList(chat), 1 + (step.Choice % 7), 1 + (step.Target % 7));

    private void CompareSearch(Step step)
    {
        var near = Pick(chats[step.Chat].Messages, step.Target)?.SentAt;
        var filter = new MessageFilter
        {
            Query = step.Choice % 6 == 0 ? null : step.Words,
            Chats = step.Choice % 4 == 0 ? [chats[step.Chat].Id] : null,
            Accounts = step.Target % 7 == 0 ? [Make.Account(chats[step.Chat].Account).AccountId] : null,
            InGroup = step.Choice % 5 == 0 ? step.Target % 2 == 0 : null,
            Media = step.Target % 4 == 0 ? [(MediaKind)(step.Choice % 5)] : step.Target % 17 == 0 ? [MediaKind.Image, MediaKind.Link] : [],
            Sender = (step.Target % 5) switch { 0 => "me", 1 => "others", 2 => Make.UserId("ada"), _ => null },
            After = step.Choice % 9 == 0 ? near : null,
            Before = step.Choice % 10 == 0 ? near : null,
            IncludeMuted = step.Choice % 3 != 0,
            ExcludeLowPriority = step.Target % 3 == 0,
        };
        Keep(new MessageSearchList(filter), 1 + (step.Choice % 4), null, PageDirection.Before);
        Walk(new MessageSearchList(filter), 1 + (step.Choice % 7), 2);
    }

    private void CompareChatSearch(Step step)
    {
        var inParticipants = step.Target % 3 == 0;
        var filter = new ChatFilter
        {
            Query = (step.Choice % 4) switch
            {
                0 => null,
                1 => inParticipants ? "ad" : "scripted",
                2 => inParticipants ? "Bob" : "ada bo",
                _ => step.Words,
            },
            InParticipants = inParticipants,
            Inbox = step.Choice % 3 == 0 ? (Inbox)(step.Target % 3) : null,
            IsGroup = step.Target % 5 == 0 ? step.Choice % 2 == 0 : null,
            UnreadOnly = step.Target % 4 == 0,
            IncludeMuted = step.Target % 7 != 0,
            Accounts = step.Choice % 7 == 0 ? [Make.Account(chats[step.Chat].Account).AccountId] : null,
            ActiveAfter = step.Choice % 11 == 0 ? chats[step.Chat].LastActivity : null,
        };
        Keep(new ChatList(filter), 1 + (step.Choice % 2), null, PageDirection.Before);
        Walk(new ChatList(filter), 1, 2);
    }

    /// <summary>Reads a page, compares it with what should be on it, and keeps its cursor.</summary>
    private void Keep(IList list, int limit, Kept? from, PageDirection direction)
    {
        var newer = direction == PageDirection.After && from is not null;
        var all = list.Expected(this);
        var ahead = (newer
            ? all.Where(item => Compare(item.Edge, from!.Newest) > 0)
            : all.Where(item => from is null || Compare(item.Edge, from.Oldest) < 0).Reverse()).ToList();
        // A page ends where messages are missing, and says that there is more.
        var edge = newer ? from!.Newest.Major : from?.Oldest.Major ?? long.MaxValue;
        var gap = list.GapNextTo(edge, newer);
        if (gap is not null)
            ahead.RemoveAll(item => newer ? item.Edge.Major >= gap : item.Edge.Major < gap);
        var items = ahead.Take(limit).ToList();
        if (newer)
            items.Reverse();
        if (!newer)
            Assert.True(items.SequenceEqual(items.OrderByDescending(item => item.Edge.Major).ThenByDescending(item => item.Edge.Minor)));
        var page = list.Read(this, new PageRequest(from?.Cursor, direction, limit));
        Assert.Equal(items.Select(item => item.Line), page.Items);
        Assert.Equal((ahead.Count > limit || gap is not null) && (newer || direction == PageDirection.Before), page.HasMore);
        Assert.Equal(items.Count == 0 && from is null, page.OldestCursor is null);
        if (items.Count > 0)
            kept.Add(new Kept(list, page.OldestCursor!, items[0].Edge, items[^1].Edge));
    }

    /// <summary>All of a list, page by page, there and back.</summary>
    private void Walk(IList list, int down, int up)
    {
        var all = list.Expected(this).AsEnumerable().Reverse().Select(item => item.Line).ToList();
        var found = new List<string>();
        string? cursor = null;
        for (Page<string>? page = null; page?.HasMore != false; cursor = page.OldestCursor)
        {
            page = list.Read(this, new PageRequest(cursor, PageDirection.Before, down));
            found.AddRange(page.Items);
            Assert.True(found.Count <= all.Count, "There are more than there should be.");
        }

        Assert.Equal(all, found);
        if (cursor is null)
            return;
        var last = found.Count % down == 0 ? down : found.Count % down;
        var back = new List<string>();
        for (Page<string>? page = null; page?.HasMore != false; cursor = page.NewestCursor)
        {
            page = list.Read(this, new PageRequest(cursor, PageDirection.After, up));
            back.InsertRange(0, page.Items);
            Assert.True(back.Count <= all.Count, "There are more than there should be.");
        }

        Assert.Equal(all.SkipLast(last), back);
    }

    private static int Compare(Edge one, Edge other) => (one.Major, one.Minor).CompareTo((other.Major, other.Minor));

    private static bool Fits(ExpectedMessage message, MessageFilter filter) =>
        message.IsShown
        && (filter.Query is null || ExpectedSearch.Fits(message.Words, filter.Query))
        && (filter.Chats is null || filter.Chats.Contains(message.Chat.Id))
        && (filter.Accounts is null || filter.Accounts.Contains(Make.Account(message.Chat.Account).AccountId))
        && (filter.InGroup is null || filter.InGroup == message.Chat.IsGroup)
        && (filter.Media.Count == 0 || filter.Media.Any(message.IsOf))
        && (filter.After is null || message.SentAt > filter.After)
        && (filter.Before is null || message.SentAt < filter.Before)
        && (filter.IncludeMuted || !message.Chat.IsMuted)
        && !(filter.ExcludeLowPriority && message.Chat.IsLowPriority)
        && filter.Sender switch
        {
            null => true,
            "me" => message.IsMine,
            "others" => !message.IsMine,
            var user => Make.UserId(message.Sender) == user,
        };

    private static bool Fits(ExpectedChat chat, ChatFilter filter) =>
        (filter.Query is null
            || ExpectedSearch.BeginsEach(filter.InParticipants ? NamesIn(chat) : $"{TitleOf(chat)} Scripted", filter.Query))
        && filter.Inbox switch
        {
            Inbox.Primary => chat is { IsArchived: false, IsLowPriority: false },
            Inbox.LowPriority => chat is { IsArchived: false, IsLowPriority: true },
            Inbox.Archive => chat.IsArchived,
            _ => true,
        }
        && (filter.IsGroup is null || filter.IsGroup == chat.IsGroup)
        && (!filter.UnreadOnly || chat.IsMarkedUnread || chat.Messages.Exists(chat.IsUnread))
        && (filter.IncludeMuted || !chat.IsMuted)
        && (filter.ActiveAfter is null || chat.LastActivity > filter.ActiveAfter)
        && (filter.Accounts is null || filter.Accounts.Contains(Make.Account(chat.Account).AccountId));

    private static string NamesIn(ExpectedChat chat) => string.Join(' ', chat.Others);

    private static string TitleOf(ExpectedChat chat) => chat.Name
        ?? string.Join(' ', chat.Others.SkipLast(1).Append("and").Append(chat.Others[^1])
            .Skip(chat.IsGroup ? 0 : 1));

    /// <summary>A page that was read: its list, its cursor, and the places of its newest and its oldest.</summary>
    private sealed record Kept(IList List, string Cursor, Edge Newest, Edge Oldest);

    /// <summary>A list that is read in pages: how, and what is in it, the oldest first.</summary>
    private interface IList
    {
        Page<string> Read(Conversation real, PageRequest request);

        List<(Edge Edge, string Line)> Expected(Conversation expected);

        /// <summary>Sort key of the message above the nearest gap in that direction.</summary>
        long? GapNextTo(long edge, bool newer) => null;
    }

    private sealed record MessageList(ExpectedChat Chat) : IList
    {
        public Page<string> Read(Conversation real, PageRequest request) =>
            real.home.Messages.List(real.access, Chat.Id, request).Select(ExpectedMessage.Line);

        public List<(Edge Edge, string Line)> Expected(Conversation expected) =>
            Chat.Kept.ConvertAll(message => (new Edge(message.SortKey, 0), message.ToString()));

        public long? GapNextTo(long edge, bool newer)
        {
            var uppers = Chat.Gaps.ConvertAll(gap => (long?)gap.Upper.SortKey);
            return newer ? uppers.Where(upper => upper > edge).Min() : uppers.Where(upper => upper <= edge).Max();
        }
    }

    private sealed record MessageSearchList(MessageFilter Filter) : IList
    {
        public Page<string> Read(Conversation real, PageRequest request) =>
            real.home.Search.Find(real.access, Filter, request).Select(ExpectedMessage.Line);

        public List<(Edge Edge, string Line)> Expected(Conversation expected) => expected.chats.SelectMany(chat => chat.Messages)
            .Where(message => Fits(message, Filter)).OrderBy(message => message.SortKey)
            .Select(message => (new Edge(message.SortKey, 0), message.ToString())).ToList();
    }

    private sealed record ChatList(ChatFilter Filter) : IList
    {
        public Page<string> Read(Conversation real, PageRequest request) =>
            real.home.Chats.Search(real.access, Filter, request).Select(ExpectedChat.Line);

        public List<(Edge Edge, string Line)> Expected(Conversation expected) => InOrder(expected.chats.Where(chat => Fits(chat, Filter)))
            .Reverse()
            .Select(chat => (new Edge(chat.LastActivity.ToUnixTimeMilliseconds(), chat.Key), chat.ToString())).ToList();
    }
}
