using System.Globalization;
using Switchboard.Core.Accounts;
using Switchboard.Core.Changes;
using Switchboard.Core.Logins;
using Switchboard.Core.Media;
using Switchboard.Core.Messages;
using Switchboard.Core.Paging;
using Switchboard.Core.Receiving;
using Switchboard.Core.Sending;
using Switchboard.Core.Text;
using Switchboard.Networks;
using Switchboard.Sqlite;

namespace Switchboard.Core.Chats;

/// <summary>What can be done with chats (rest.md §4).</summary>
public sealed partial class Chats(
    Database database, LoginSupervisor logins, OutboxWorker outbox, MediaLibrary media, FileStore files,
    ServerIdentity server, TimeProvider clock)
{
    /// <summary>Called after a reminder was set, so that whoever waits for the next one looks anew.</summary>
    public event Action? RemindersChanged;

    /// <summary>All chats, newest activity first, each with its last message.</summary>
    /// <param name="access">Who asks.</param>
    /// <param name="accounts">Only of these accounts.</param>
    /// <param name="request">Which page.</param>
    /// <param name="isKnown">Says which chats whoever asks has already as they are: those are not read.</param>
    public Page<ListedChat> List(
        Access.Access access, IReadOnlyList<string>? accounts, PageRequest request, Func<ChatStamp, bool> isKnown) =>
        database.Read(db =>
        {
            var page = Find(db, access, new ChatFilter { Accounts = accounts }, request, "chats");
            var listed = db.ListedChats(page.Items, isKnown);
            var unknown = listed.Where(one => one.Chat is not null).Select(one => one.Stamp.Chat).ToList();
            var previews = unknown.Count == 0 ? [] : db.Previews(unknown);
            return new Page<ListedChat>(
                [.. listed.Select(one => one with { Preview = previews.GetValueOrDefault(one.Stamp.Chat) })],
                page.HasMore, page.OldestCursor, page.NewestCursor);
        });

    /// <summary>Chats by a filter, newest activity first, without previews.</summary>
    /// <param name="access">Who asks.</param>
    /// <param name="filter">Which chats.</param>
    /// <param name="request">Which page.</param>
    /// <param name="isKnown">Says which chats whoever asks has already as they are: those are not read.</param>
    public Page<ListedChat> Search(
        Access.Access access, ChatFilter filter, PageRequest request, Func<ChatStamp, bool> isKnown) => database.Read(db =>
    {
        var page = Find(db, access, filter, request, "chat search");
        return new Page<ListedChat>(db.ListedChats(page.Items, isKnown), page.HasMore, page.OldestCursor, page.NewestCursor);
    });

    /// <summary>The same for whoever has none of them.</summary>
    public Page<Chat> Search(Access.Access access, ChatFilter filter, PageRequest request) =>
        Search(access, filter, request, _ => false).Select(listed => listed.Chat!);

    /// <summary>One chat.</summary>
    /// <param name="access">Who asks.</param>
    /// <param name="chatId">Id or local id.</param>
    /// <param name="participants">People at most; negative means all.</param>
    public Chat Get(Access.Access access, string chatId, int participants) =>
        database.Read(db => db.DemandChat(access, chatId, participants));

    /// <summary>Archives a chat or brings it back.</summary>
    public Task ArchiveAsync(Access.Access access, string chatId, bool archived, CancellationToken cancellationToken) =>
        UpdateAsync(access, chatId, new ChatChange { IsArchived = archived }, cancellationToken);

    /// <summary>Marks a chat read, up to a message or wholly. Never moves back.</summary>
    public async Task<Chat> MarkReadAsync(Access.Access access, string chatId, string? messageId, CancellationToken cancellationToken)
    {
        var after = await database.WriteAsync(
            db =>
            {
                var now = clock.GetUtcNow();
                var chat = db.DemandChat(access, chatId);
                var upTo = messageId is null
                    ? db.QueryInt64("SELECT max(sort_key) FROM message WHERE chat = $chat", ("$chat", chat.Key)) ?? 0
                    : db.DemandMessage(chat, messageId).SortKey;
                if (chat.Capabilities.ReadReceipts && NewestOfOthers(db, chat, upTo) is { } newest)
                {
                    db.Execute("UPDATE chat SET receipt_to = $to WHERE key = $chat", ("$to", newest), ("$chat", chat.Key));
                    db.Enqueue(chat.Key, newest, isSend: false, now);
                }

                var moved = db.MoveRead(chat.Key, upTo);
                var unmarked = db.Execute(
                    "UPDATE chat SET is_marked_unread = 0 WHERE key = $chat AND is_marked_unread = 1", ("$chat", chat.Key)) > 0;
                if (moved || unmarked)
                    db.Recount(chat, now, always: true);
                if (chat.IsMarkedUnread)
                    db.OweMarks(chat.Key, MarkBits.MarkedUnread, now);
                return db.DemandChat(access, chatId, DefaultParticipants);
            },
            cancellationToken);
        outbox.Wake();
        return after;
    }

    /// <summary>Marks a chat unread, from a message on or by the mark alone.</summary>
    public async Task<Chat> MarkUnreadAsync(Access.Access access, string chatId, string? messageId, CancellationToken cancellationToken)
    {
        var after = await database.WriteAsync(
            db =>
            {
                var now = clock.GetUtcNow();
                var chat = db.DemandChat(access, chatId);
                if (!chat.Capabilities.MarkAsUnread)
                    throw Unsupported(chat, "marking chats unread");
                var changed = db.Execute(
                    "UPDATE chat SET is_marked_unread = 1 WHERE key = $chat AND is_marked_unread = 0", ("$chat", chat.Key)) > 0;
                // Everything from the message on; without one the position stays.
                if (messageId is not null)
                {
                    changed |= db.MoveReadBack(chat, db.QueryInt64(
                        "SELECT max(sort_key) FROM message WHERE chat = $chat AND sort_key < $from",
                        ("$chat", chat.Key), ("$from", db.DemandMessage(chat, messageId).SortKey)) ?? 0);
                }

                if (changed)
                    db.Recount(chat, now, always: true);
                if (!chat.IsMarkedUnread)
                    db.OweMarks(chat.Key, MarkBits.MarkedUnread, now);
                return db.DemandChat(access, chatId, DefaultParticipants);
            },
            cancellationToken);
        outbox.Wake();
        return after;
    }

    /// <summary>Sets or, with <c>null</c>, drops the reminder of a chat.</summary>
    public async Task SetReminderAsync(Access.Access access, string chatId, Reminder? reminder, CancellationToken cancellationToken)
    {
        await database.WriteAsync(
            db =>
            {
                var now = clock.GetUtcNow();
                var chat = db.DemandChat(access, chatId);
                if (reminder?.At <= now)
                    throw RefusedException.Invalid("invalid_date", "A reminder must be in the future.", "body", "reminder", "remindAt");
                if (chat.Reminder == reminder)
                    return;
                db.Execute(
                    "UPDATE chat SET remind_at = $at, remind_dismiss = $dismiss WHERE key = $chat",
                    ("$at", reminder?.At.ToUnixTimeMilliseconds()), ("$dismiss", reminder?.DismissOnIncoming ?? false), ("$chat", chat.Key));
                db.AppendChatChange(chat, now);
            },
            cancellationToken);
        RemindersChanged?.Invoke();
    }

    /// <summary>Tells those who muted the chat about my latest message all the same.</summary>
    public async Task<Chat> NotifyAnywayAsync(Access.Access access, string chatId, CancellationToken cancellationToken)
    {
        var (chat, latest) = database.Read(db =>
        {
            var found = db.DemandChat(access, chatId, DefaultParticipants);
            return (found, db.Messages(
                "m.chat = $chat AND m.is_mine = 1 AND m.deleted = 0 AND m.remote_id IS NOT NULL ORDER BY m.sort_key DESC LIMIT 1",
                ("$chat", found.Key)).FirstOrDefault());
        });
        if (await logins.ConnectionOfAsync(chat.LoginKey, cancellationToken) is not ISupportsNotifyAnyway network)
            throw Unsupported(chat, "notifying people who muted the chat");
        if (latest?.RemoteId is not { } message || !await network.NotifyAnywayAsync(chat.RemoteId, message, cancellationToken))
        {
            throw new RefusedException(
                Refusal.Conflict, "There is nobody to notify: nobody has muted this chat and left your latest message unread.");
        }

        return chat;
    }

    /// <summary>Says that the account's owner is or is no longer typing.</summary>
    public async Task SetTypingAsync(Access.Access access, string chatId, bool typing, CancellationToken cancellationToken)
    {
        var chat = database.Read(db => db.DemandChat(access, chatId));
        if (!chat.Capabilities.TypingNotifications || await logins.ConnectionOfAsync(chat.LoginKey, cancellationToken) is not ISupportsTyping network)
            throw Unsupported(chat, "typing notifications");
        await network.SetTypingAsync(chat.RemoteId, typing, cancellationToken);
    }

    /// <summary>People in a chat that is answered by itself (rest.md §4).</summary>
    public const int DefaultParticipants = 100;

    private static Page<ChatPlace> Find(Db db, Access.Access access, ChatFilter filter, PageRequest request, string list)
    {
        var conditions = new List<string> { access.ChatCondition("c") };
        if (filter.Accounts is { } accounts)
            conditions.Add($"c.account IN ({Store.Join(AccountKeys(db, access, accounts))})");
        conditions.AddRange(Conditions(filter));
        string? match = null;
        if (!string.IsNullOrWhiteSpace(filter.Query))
        {
            match = SearchText.Query(filter.Query, SearchPrefix.EveryWord);
            if (match is null)
                return new Page<ChatPlace>([], false, request.Cursor, request.Cursor);
            conditions.Add("c.key IN (SELECT rowid FROM chat_search WHERE chat_search MATCH $match)");
            match = $"{(filter.InParticipants ? "participants" : "titles")} : ({match})";
        }

        var where = string.Join(" AND ", conditions);
        return Paging.Paging.Cut(
            request,
            string.Create(CultureInfo.InvariantCulture, $"{list} {access.Token} {match} {where} {filter.ActiveAfter:O} {filter.ActiveBefore:O}"),
            place => new Edge(place.LastActivity, place.Stamp.Chat),
            (edge, newer, count) => db.ChatPlaces(
                $"""
                {where} AND c.last_activity > $after AND c.last_activity < $before
                AND (c.last_activity, c.key) {(newer ? '>' : '<')} ($activity, $key)
                ORDER BY c.last_activity {(newer ? "" : "DESC")}, c.key {(newer ? "" : "DESC")} LIMIT $count
                """,
                ("$after", filter.ActiveAfter?.ToUnixTimeMilliseconds() ?? long.MinValue),
                ("$before", filter.ActiveBefore?.ToUnixTimeMilliseconds() ?? long.MaxValue),
                ("$activity", edge?.Major ?? long.MaxValue), ("$key", edge?.Minor ?? long.MaxValue), ("$count", count), ("$match", match)));
    }

    private static IEnumerable<string> Conditions(ChatFilter filter)
    {
        var inbox = filter.Inbox switch
        {
            null => null,
            Inbox.Primary => "c.is_archived = 0 AND c.is_low_priority = 0",
            Inbox.LowPriority => "c.is_archived = 0 AND c.is_low_priority = 1",
            Inbox.Archive => "c.is_archived = 1",
            _ => throw new InvalidOperationException($"Unknown inbox {filter.Inbox}."),
        };
        if (inbox is not null)
            yield return inbox;
        if (filter.IsGroup is { } group)
            yield return group ? "c.is_group = 1" : "c.is_group = 0";
        if (filter.UnreadOnly)
            yield return "(c.unread > 0 OR c.is_marked_unread = 1)";
        if (!filter.IncludeMuted)
            yield return "c.is_muted = 0";
    }

    /// <summary>Row keys of accounts in reach; unknown ones are passed over (open-questions.md §26).</summary>
    internal static List<long> AccountKeys(Db db, Access.Access access, IReadOnlyList<string> ids) =>
        ids.Distinct(StringComparer.Ordinal).Select(id => db.FindAccount(access, id)?.Key).OfType<long>().ToList();

    private static long? NewestOfOthers(Db db, Chat chat, long upTo) => db.QueryInt64(
        """
        SELECT sort_key FROM message
        WHERE chat = $chat AND sort_key <= $to AND sort_key > (SELECT receipt_to FROM chat WHERE key = $chat)
          AND is_mine = 0 AND remote_id IS NOT NULL
        ORDER BY sort_key DESC LIMIT 1
        """,
        ("$chat", chat.Key), ("$to", upTo));

    private static RefusedException Unsupported(Chat chat, string what) =>
        new(Refusal.Unsupported, $"{chat.Network} does not support {what} in this chat.");
}
