using System.Globalization;
using Switchboard.Core.Messages;
using Switchboard.Core.Paging;
using Switchboard.Networks;
using Switchboard.Testing;
using Xunit;

namespace Switchboard.Core.Tests.Model;

/// <summary>
/// Two chats that a sequence of steps is carried out in, both really and in the expectation, which are compared after each
/// step. Many share one installation, so that their writes share commits.
/// </summary>
internal sealed class Conversation(TestInstallation home, long login, string name)
{
    private static readonly string[] Senders = ["ada", "bob", "me"];
    private static readonly string[] Keys = ["👍", "🎉"];

    private readonly ExpectedChat[] expected = [new(), new()];
    private readonly string[] chats = ["", ""];
    private Core.Access.Access access = Core.Access.Access.Owner;
    private int inserted;

    public async Task RunAsync(IReadOnlyList<Step> steps)
    {
        await TellAsync(Make.ChatIs(Remote(0)), Make.ChatIs(Remote(1), "me", "ada", "bob"));
        for (var i = 0; i < 2; i++)
        {
            chats[i] = home.ChatId(Remote(i));
        }

        access = await home.TokenAsync(chats: chats);
        for (var i = 0; i < steps.Count; i++)
        {
            try
            {
                await StepAsync(steps[i]);
                Compare(steps[i].Chat);
            }
            catch (Exception e)
            {
                throw new StepFailedException(i, steps[i], e);
            }
        }
    }

    private string Remote(int chat) => $"{name}-{chat}";

    private Task TellAsync(params RemoteEvent[] events) =>
        home.Ingest.ApplyAsync(login, new RemoteBatch(events, "0"), CancellationToken.None);

    private async Task StepAsync(Step step)
    {
        var chat = expected[step.Chat];
        var target = Pick(chat.Kept, step.Target);
        switch (step.Verb)
        {
            case Verb.Insert:
                await InsertAsync(step, chat);
                break;
            case Verb.SetClock:
                home.Clock.Jump(TimeSpan.FromMilliseconds(step.Choice - 500) * (step.Target % 3 == 0 ? 100_000 : 1));
                break;
            case Verb.Page:
                ComparePage(step, chat);
                break;
            case Verb.Walk:
                CompareWalk(step, chat);
                break;
            case Verb.Search:
                CompareSearch(step);
                break;
            case Verb.ReadAll:
                await home.Chats.MarkReadAsync(access, chats[step.Chat], null, CancellationToken.None);
                chat.Read = Math.Max(chat.Read, chat.Messages.FindLastIndex(message => !message.IsForgotten) + 1);
                chat.IsMarkedUnread = false;
                break;
            default:
                if (target is not null)
                    await ChangeAsync(step, chat, target);
                break;
        }
    }

    private async Task InsertAsync(Step step, ExpectedChat chat)
    {
        var mentions = step.Choice % 7 == 0;
        var message = new ExpectedMessage
        {
            Chat = step.Chat,
            RemoteId = string.Create(CultureInfo.InvariantCulture, $"${name}-{inserted++}"),
            Sender = Senders[step.Target % Senders.Length],
            IsHidden = step.Choice % 11 == 0,
            Text = step.Words,
            MentionsMe = mentions,
        };
        var told = new RemoteEvent.MessageUpserted(
            Make.Message(Remote(step.Chat), message.RemoteId, message.Sender, step.Words, home.Clock.GetUtcNow()) with
            {
                IsHidden = message.IsHidden,
                Mentions = mentions ? [Make.UserId("me")] : [],
            });
        await TellAsync(told, told);
        var stored = home.Database.Read(db => db.Query(
            "SELECT sort_key, id FROM message WHERE remote_id = $id", row => (row.GetInt64(0), row.GetInt64(1)), ("$id", message.RemoteId)));
        (message.SortKey, var id) = Assert.Single(stored);
        message.Id = id.ToString(CultureInfo.InvariantCulture);
        Assert.All(chat.Messages, earlier => Assert.True(earlier.SortKey < message.SortKey));
        chat.Messages.Add(message);
    }

    private async Task ChangeAsync(Step step, ExpectedChat chat, ExpectedMessage target)
    {
        var (chatId, remote) = (chats[step.Chat], Remote(step.Chat));
        var (user, key) = (Senders[step.Choice % Senders.Length], Keys[step.Choice % Keys.Length]);
        switch (step.Verb)
        {
            case Verb.Edit:
                await TellAsync(Make.Edits(remote, target.RemoteId, step.Words, Make.Start.AddSeconds(step.Choice)));
                if (!target.IsDeleted && step.Choice > target.EditedAt)
                    (target.Text, target.EditedAt, target.Edits, target.MentionsMe) = (step.Words, step.Choice, target.Edits + 1, false);
                break;
            case Verb.Remove:
                if (target.Sender == "me" && step.Choice % 2 == 0 && !target.IsDeleted)
                    await home.Messages.DeleteAsync(access, chatId, target.Id, true, CancellationToken.None);
                else
                    await TellAsync(Make.Removes(remote, target.RemoteId));
                (target.IsDeleted, target.Text) = (true, null);
                target.Reactions.Clear();
                break;
            case Verb.Forget:
                await home.Messages.DeleteAsync(access, chatId, target.Id, false, CancellationToken.None);
                await TellAsync(Make.Says(target.Sender, remote, target.RemoteId), Make.Reacts("ada", remote, target.RemoteId, "👍"));
                target.IsForgotten = true;
                break;
            case Verb.React:
                await TellAsync(Make.Reacts(user, remote, target.RemoteId, key));
                if (!target.IsDeleted)
                    target.Reactions.Add($"{Make.UserId(user)} {key}");
                break;
            case Verb.Unreact:
                await TellAsync(Make.Unreacts(user, remote, target.RemoteId, key));
                target.Reactions.Remove($"{Make.UserId(user)} {key}");
                break;
            case Verb.Read:
                await home.Chats.MarkReadAsync(access, chatId, target.Id, CancellationToken.None);
                chat.Read = Math.Max(chat.Read, chat.Messages.IndexOf(target) + 1);
                chat.IsMarkedUnread = false;
                break;
            case Verb.MarkUnread:
                await home.Chats.MarkUnreadAsync(access, chatId, target.Id, CancellationToken.None);
                var before = chat.Messages.FindLastIndex(chat.Messages.IndexOf(target), message => message != target && !message.IsForgotten);
                chat.Read = Math.Min(chat.Read, before + 1);
                chat.IsMarkedUnread = true;
                break;
            default:
                throw new InvalidOperationException($"{step.Verb} is no change.");
        }
    }

    private void Compare(int index)
    {
        var chat = expected[index];
        var messages = home.Messages.List(access, chats[index], Make.Page(1000)).Items;
        Assert.Equal(chat.Kept.AsEnumerable().Reverse().Select(chat.Line), messages.Select(ExpectedChat.Line));
        var shown = home.Chats.Get(access, chats[index], 0);
        var unread = chat.Messages.FindAll(chat.IsUnread);
        Assert.Equal(
            (unread.Count, unread.Count(message => message.MentionsMe), chat.IsMarkedUnread),
            (shown.Unread, shown.UnreadMentions, shown.IsMarkedUnread));
    }

    /// <summary>One page from any place: a message that is there, one that is gone, or a sort key.</summary>
    private void ComparePage(Step step, ExpectedChat chat)
    {
        if (Pick(chat.Messages, step.Target) is not { } from)
            return;
        var newer = step.Choice % 2 == 0;
        var limit = 1 + (step.Choice % 5);
        var cursor = step.Choice % 3 == 0 ? from.SortKey.ToString(CultureInfo.InvariantCulture) : from.Id;
        var page = home.Messages.List(
            access, chats[step.Chat], Make.Page(limit, cursor, newer ? PageDirection.After : PageDirection.Before));
        var place = chat.Messages.IndexOf(from);
        var ahead = (newer ? chat.Messages.Skip(place + 1) : chat.Messages.Take(place).Reverse()).Where(message => !message.IsForgotten).ToList();
        var items = ahead.Take(limit);
        Assert.Equal((newer ? items.Reverse() : items).Select(chat.Line), page.Items.Select(ExpectedChat.Line));
        Assert.Equal(ahead.Count > limit, page.HasMore);
    }

    /// <summary>From the newest page to the oldest and back again, by the cursors, in pages of any size.</summary>
    private void CompareWalk(Step step, ExpectedChat chat)
    {
        var all = chat.Kept.AsEnumerable().Reverse().Select(message => message.RemoteId).ToList();
        var down = Walk(cursor => home.Messages.List(access, chats[step.Chat], Make.Page(1 + (step.Choice % 7), cursor)), step.Target % 2 == 0, out var last);
        Assert.Equal(all, down.SelectMany(page => page.Items).Select(Id));
        if (last is null)
            return;
        var up = Walk(
            cursor => home.Messages.List(access, chats[step.Chat], Make.Page(1 + (step.Target % 7), cursor ?? last, PageDirection.After)),
            step.Choice % 2 == 0, out _);
        var oldest = down[^1].Items.Select(Id);
        Assert.Equal(all.SkipLast(oldest.Count()), up.AsEnumerable().Reverse().SelectMany(page => page.Items).Select(Id));
    }

    private void CompareSearch(Step step)
    {
        var filter = new MessageFilter
        {
            Query = step.Choice % 6 == 0 ? null : step.Words,
            Chats = step.Choice % 4 == 0 ? [chats[step.Chat]] : null,
            InGroup = step.Choice % 5 == 0 ? step.Target % 2 == 0 : null,
            Sender = (step.Target % 5) switch { 0 => "me", 1 => "others", 2 => Make.UserId("ada"), _ => null },
        };
        var all = expected.SelectMany(chat => chat.Messages)
            .Where(message => message.IsShown && Fits(message, filter))
            .OrderByDescending(message => message.SortKey)
            .Select(message => message.RemoteId);
        var pages = Walk(cursor => home.Search.Find(access, filter, Make.Page(1 + (step.Choice % 7), cursor)).Page, step.Target % 2 == 0, out var last);
        Assert.Equal(all, pages.SelectMany(page => page.Items).Select(Id));
        if (last is null)
            return;
        var back = Walk(
            cursor => home.Search.Find(access, filter, Make.Page(2, cursor ?? last, PageDirection.After)).Page, step.Choice % 2 == 0, out _);
        Assert.Equal(
            all.SkipLast(pages[^1].Items.Count), back.AsEnumerable().Reverse().SelectMany(page => page.Items).Select(Id));
    }

    private bool Fits(ExpectedMessage message, MessageFilter filter) =>
        (filter.Query is null || ExpectedSearch.Fits(message.Text, filter.Query))
        && (filter.Chats is null || filter.Chats.Contains(chats[message.Chat]))
        && (filter.InGroup is null || filter.InGroup == (message.Chat == 1))
        && filter.Sender switch
        {
            null => true,
            "me" => message.Sender == "me",
            "others" => message.Sender != "me",
            var user => Make.UserId(message.Sender) == user,
        };

    /// <summary>Reads page after page until there is no more, by either of a page's cursors.</summary>
    private static List<Page<Message>> Walk(Func<string?, Page<Message>> read, bool byOldest, out string? last)
    {
        var pages = new List<Page<Message>>();
        last = null;
        do
        {
            var page = read(last);
            pages.Add(page);
            last = (byOldest ? page.OldestCursor : page.NewestCursor) ?? last;
            Assert.True(pages.Count < 1000);
        }
        while (pages[^1].HasMore);
        return pages;
    }

    private static string Id(Message message) => message.RemoteId!.Value.Value;

    private static ExpectedMessage? Pick(List<ExpectedMessage> messages, int number) =>
        messages.Count == 0 ? null : messages[number % messages.Count];
}

/// <summary>At this step the real thing and the expectation parted.</summary>
internal sealed class StepFailedException(int index, Step step, Exception inner)
    : Exception($"At step {index}, {step}: {inner.Message}", inner)
{
    public int Index { get; } = index;
}
