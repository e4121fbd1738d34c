using System.Globalization;
using Switchboard.Core.Chats;
using Switchboard.Core.Paging;
using Switchboard.Core.Text;
using Switchboard.Sqlite;

namespace Switchboard.Core.Messages;

/// <summary>Messages that were found, and the chats they are in.</summary>
/// <param name="Page">Newest first.</param>
/// <param name="Chats">By id; every chat of the page, without previews.</param>
public sealed record FoundMessages(Page<Message> Page, IReadOnlyDictionary<string, ListedChat> Chats);

/// <summary>
/// Search over all messages in reach (rest.md §5). Everything that can be a token is asked of the word index, whose row id
/// is the sort key: the newest come first without sorting and reading stops when the page is full.
/// </summary>
public sealed class MessageSearch(Database database)
{
    // More chats than this to leave out are checked row by row instead of in the index query.
    private const int ExcludedInQuery = 500;

    /// <summary>One page of what fits.</summary>
    /// <param name="access">Who asks.</param>
    /// <param name="filter">Which messages.</param>
    /// <param name="request">Which page.</param>
    /// <param name="isKnown">Says which chats whoever asks has already as they are, or needs not: those are not read.</param>
    public FoundMessages Find(
        Access.Access access, MessageFilter filter, PageRequest request, Func<ChatStamp, bool> isKnown) => database.Read(db =>
    {
        var query = Compile(db, access, filter);
        if (query is null)
            return new FoundMessages(new Page<Message>([], false, request.Cursor, request.Cursor), new Dictionary<string, ListedChat>());
        var page = Paging.Paging.Cut(
            request,
            NameOf(access, filter),
            message => new Edge(message.SortKey, 0),
            (edge, newer, count) => Run(db, filter, query, edge, newer, count));
        var ids = page.Items.DistinctBy(message => message.ChatKey).ToDictionary(message => message.ChatKey, message => message.ChatId);
        var places = ids.Count == 0
            ? []
            : db.ChatPlaces("c.key IN (SELECT value FROM json_each($keys))", ("$keys", $"[{Store.Join(ids.Keys)}]"));
        return new FoundMessages(page, db.ListedChats(places, isKnown).ToDictionary(listed => ids[listed.Stamp.Chat]));
    });

    /// <summary>The same without the chats.</summary>
    public Page<Message> Find(Access.Access access, MessageFilter filter, PageRequest request) =>
        Find(access, filter, request, _ => true).Page;

    /// <summary>The list that a cursor belongs to: what was asked for, not what it means now. Chats may be muted between two pages.</summary>
    private static string NameOf(Access.Access access, MessageFilter filter) => string.Create(
        CultureInfo.InvariantCulture,
        $"""
        message search {access.Token} {filter.Query} in {Names(filter.Chats)} of {Names(filter.Accounts)} {filter.InGroup}
        {string.Join(',', filter.Media)} by {filter.Sender} {filter.After:O} {filter.Before:O} {filter.IncludeMuted} {filter.ExcludeLowPriority}
        """);

    private static string Names(IReadOnlyList<string>? ids) => ids is null ? "all" : string.Join('\n', ids);

    private static List<Message> Run(Db db, MessageFilter filter, Compiled query, Edge? edge, bool newer, int count)
    {
        // No message is stored before it was sent, but one may come long after: times narrow the range of keys from below only.
        var earliest = filter.After is { } after ? Math.Max(0, after.ToUnixTimeMilliseconds()) * 1000 : 0;
        var from = newer ? Math.Max(earliest, edge!.Value.Major + 1) : earliest;
        var to = !newer && edge is { } last ? last.Major - 1 : long.MaxValue;
        var order = newer ? "" : "DESC";
        var keys = query.Match is null
            ? "m.sort_key BETWEEN $from AND $to"
            : "message_search MATCH $match AND message_search.rowid BETWEEN $from AND $to";
        var source = query.Match is null ? "message m" : "message_search CROSS JOIN message m ON m.sort_key = message_search.rowid";
        var found = db.Query(
            $"""
            SELECT m.sort_key FROM {source} CROSS JOIN chat c ON c.key = m.chat
            WHERE {keys} AND m.sent_at > $after AND m.sent_at < $before AND m.hidden = 0 AND m.deleted = 0 AND {query.Where}
            ORDER BY {(query.Match is null ? "m.sort_key" : "message_search.rowid")} {order} LIMIT $count
            """,
            row => row.GetInt64(0),
            ("$from", from), ("$to", to), ("$after", filter.After?.ToUnixTimeMilliseconds() ?? -1),
            ("$before", filter.Before?.ToUnixTimeMilliseconds() ?? long.MaxValue), ("$count", count), ("$match", query.Match));
        return found.Count == 0
            ? []
            : db.Messages(
                $"m.sort_key IN (SELECT value FROM json_each($keys)) ORDER BY m.sort_key {order}", ("$keys", "[" + Store.Join(found) + "]"));
    }

    /// <returns><c>null</c> when nothing can fit.</returns>
    private static Compiled? Compile(Db db, Access.Access access, MessageFilter filter)
    {
        var terms = new List<string>();
        if (!string.IsNullOrWhiteSpace(filter.Query))
        {
            if (SearchText.Query(filter.Query, SearchPrefix.LastWord, db.WordsBeginning) is not { } words)
                return null;
            terms.Add($"({words})");
        }

        if (!AddReach(db, access, filter, terms))
            return null;
        if (filter.InGroup is { } group)
            terms.Add(Quote(group ? SearchIndex.InGroup : SearchIndex.InDirect));
        if (filter.Media.Count > 0)
            terms.Add(AnyOf(filter.Media.Select(TokenOf)));
        if (filter.Sender is { } sender && !AddSender(db, access, sender, terms))
            return null;
        return Exclude(db, filter, terms);
    }

    private static bool AddReach(Db db, Access.Access access, MessageFilter filter, List<string> terms)
    {
        var accounts = filter.Accounts is { } ids ? Chats.Chats.AccountKeys(db, access, ids) : access.Accounts;
        if (accounts is not null)
            terms.Add(AnyOf(accounts.Select(SearchIndex.AccountToken)));
        var chats = filter.Chats is { } wanted
            ? wanted.Select(id => db.FindChat(access, id)?.Key).OfType<long>().Distinct().ToList()
            : access.Chats;
        if (chats is not null)
            terms.Add(AnyOf(chats.Select(SearchIndex.ChatToken)));
        return accounts is not { Count: 0 } && chats is not { Count: 0 };
    }

    private static bool AddSender(Db db, Access.Access access, string sender, List<string> terms)
    {
        if (sender is "me" or "others")
        {
            terms.Add(Quote(sender == "me" ? SearchIndex.Mine : SearchIndex.Others));
            return true;
        }

        var contacts = db.Contacts($"u.user_id = $id AND {access.ContactCondition("u")}", ("$id", sender));
        terms.Add(AnyOf(contacts.Select(contact => SearchIndex.SenderToken(contact.Key))));
        return contacts.Count > 0;
    }

    private static Compiled Exclude(Db db, MessageFilter filter, List<string> terms)
    {
        var reasons = new List<string>();
        if (filter.ExcludeLowPriority)
            reasons.Add("is_low_priority = 1");
        if (!filter.IncludeMuted)
            reasons.Add("is_muted = 1");
        var match = terms.Count == 0 ? null : string.Join(" AND ", terms);
        if (reasons.Count == 0)
            return new Compiled(match, "1");
        var excluded = reasons
            .SelectMany(reason => db.Query(
                $"SELECT key FROM chat WHERE {reason} LIMIT {ExcludedInQuery + 1}", row => row.GetInt64(0)))
            .Distinct().ToList();
        if (excluded.Count == 0)
            return new Compiled(match, "1");
        return match is not null && excluded.Count <= ExcludedInQuery
            ? new Compiled($"({match}) NOT {AnyOf(excluded.Select(SearchIndex.ChatToken))}", "1")
            : new Compiled(match, $"NOT ({string.Join(" OR ", reasons.Select(reason => "c." + reason))})");
    }

    private static string TokenOf(MediaKind kind) => kind switch
    {
        MediaKind.Any => SearchIndex.AnyMedia,
        MediaKind.Video => SearchIndex.Video,
        MediaKind.Image => SearchIndex.Image,
        MediaKind.Link => SearchIndex.Link,
        MediaKind.File => SearchIndex.File,
        _ => throw new InvalidOperationException($"Unknown media kind {kind}."),
    };

    private static string AnyOf(IEnumerable<string> tokens) => $"({string.Join(" OR ", tokens.Select(Quote))})";

    private static string Quote(string token) => $"\"{token}\"";

    private sealed record Compiled(string? Match, string Where);
}
