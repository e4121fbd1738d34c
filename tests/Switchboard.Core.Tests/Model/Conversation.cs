using System.Globalization;
using Switchboard.Core.Chats;
using Switchboard.Core.Messages;
using Switchboard.Networks;
using Switchboard.Testing;
using Xunit;

namespace Switchboard.Core.Tests.Model;

/// <summary>
/// Three chats of two accounts that a sequence of steps is carried out in, both really and in the expectation, which are
/// compared after each step. One after the other may use an installation: each sees only its own chats.
/// </summary>
internal sealed partial class Conversation(TestInstallation home, string name)
{
    /// <summary>How many chats there are.</summary>
    public const int Count = 3;

    private const string OtherAccount = "zed";

    private static readonly string[] Senders = ["ada", "bob", "me"];
    private static readonly string[] Reactions = ["👍", "🎉"];
    private static readonly MediaKind[] Kinds = [MediaKind.Image, MediaKind.Video, MediaKind.File];

    private readonly TestInstallation home = home;
    private readonly Dictionary<ChatStamp, string> drawn = [];
    private readonly ExpectedChat[] chats =
        [new(0, "me", false, ["ada"]), new(1, "me", true, ["ada", "bob"]), new(2, OtherAccount, true, ["ada", "bob", "me"])];

    private Core.Access.Access access = Core.Access.Access.Owner;
    private long[] logins = [];
    private int inserted;

    public static string FileName(MediaKind kind) => kind switch
    {
        MediaKind.Image => "picture.png",
        MediaKind.Video => "apple.mp4",
        _ => "ban.pdf",
    };

    public async Task RunAsync(IReadOnlyList<Step> steps)
    {
        await BeginAsync();
        for (var i = 0; i < steps.Count; i++)
        {
            try
            {
                await StepAsync(steps[i]);
                Compare(chats[steps[i].Chat]);
            }
            catch (Exception e)
            {
                throw new StepFailedException(i, steps[i], e);
            }
        }
    }

    private async Task BeginAsync()
    {
        // Every sequence begins at the same time, so that it is the same wherever and after whatever it runs.
        home.Clock.Jump(Make.Start.AddDays(10) - home.Clock.GetUtcNow());
        home.Network.EditTime = Make.Start.AddSeconds(500);
        logins = [.. home.Database.Read(db => db.Query("SELECT key FROM login ORDER BY key", row => row.GetInt64(0)))];
        if (logins.Length < 2)
            logins = [logins[0], await home.LogInAsync(OtherAccount)];
        foreach (var chat in chats)
        {
            chat.RemoteId = $"{name}-{chat.Number}";
            await TellAsync(chat, Make.ChatIs(chat.RemoteId, chat.Account, chat.Others));
            chat.Id = home.ChatId(chat.RemoteId, chat.Account);
            chat.Key = home.Chats.Get(home.Owner, chat.Id, 0).Key;
        }

        access = await home.TokenAsync(chats: [.. chats.Select(chat => chat.Id)]);
    }

    private Task TellAsync(ExpectedChat chat, params RemoteEvent[] events) =>
        home.Ingest.ApplyAsync(logins[chat.Account == "me" ? 0 : 1], new RemoteBatch(events, "0"), CancellationToken.None);

    private async Task StepAsync(Step step)
    {
        var chat = chats[step.Chat];
        switch (step.Verb)
        {
            case Verb.Insert:
                await InsertAsync(step, chat);
                break;
            case Verb.Send:
                await SendAsync(step, chat);
                break;
            case Verb.Backfill:
                await BackfillAsync(step, chat);
                break;
            case Verb.OpenGap:
                await OpenGapAsync(step, chat);
                break;
            case Verb.LoadPast:
                if (chat.Gaps.Count > 0)
                    await LoadPastAsync(step, chat);
                break;
            case Verb.SetClock:
                home.Clock.Jump(TimeSpan.FromMilliseconds(step.Choice - 500) * (step.Target % 3 == 0 ? 100_000 : 1));
                break;
            case Verb.SetFlags:
                await SetFlagsAsync(step, chat);
                break;
            case Verb.Rename:
                chat.Name = step.Choice % 3 == 0 ? null : step.Words;
                await TellAsync(chat, new RemoteEvent.ChatUpserted(
                    Make.Chat(chat.RemoteId, chat.Account, chat.Others) with { Title = chat.Name, IsGroup = chat.IsGroup }));
                break;
            case Verb.ReadAll:
                await home.Chats.MarkReadAsync(access, chat.Id, null, CancellationToken.None);
                if (chat.Kept is [.., var newest])
                    MarkRead(chat, newest);
                chat.IsMarkedUnread = false;
                break;
            case Verb.Page:
                ComparePage(step, chat);
                break;
            case Verb.Resume:
                CompareResumed(step);
                break;
            case Verb.Walk:
                while (chat.Gaps.Count > 0)
                {
                    await LoadPastAsync(step, chat);
                }

                CompareWalk(step, chat);
                break;
            case Verb.Search:
                CompareSearch(step);
                break;
            case Verb.SearchChats:
                CompareChatSearch(step);
                break;
            default:
                if (Pick(chat.Kept, step.Target) is { } target)
                    await ChangeAsync(step, chat, target);
                break;
        }
    }

    private void Compare(ExpectedChat chat)
    {
        var messages = home.Messages.List(access, chat.Id, Make.Page(1000)).Items;
        var floor = chat.Gaps.Select(gap => gap.Upper.SortKey).DefaultIfEmpty(0).Max();
        Assert.Equal(chat.Kept.Where(message => message.SortKey >= floor).Reverse().Select(message => message.ToString()), messages.Select(ExpectedMessage.Line));
        Assert.Equal(chat.ToString(), ExpectedChat.Line(home.Chats.Get(access, chat.Id, 0)));
        var list = home.Chats.List(access, null, Make.Page(), _ => false).Items;
        Assert.Equal(InOrder(chats).Select(other => other.Id), list.Select(item => item.Chat!.Id));
        foreach (var item in list)
        {
            var page = home.Messages.List(access, item.Chat!.Id, Make.Page(1000));
            CompareDrawn(item.Stamp, page.HasMore + string.Join('\n', page.Items.Prepend(item.Preview).Select(Drawn).Prepend(Drawn(item.Chat))));
        }

        Assert.Equal(
            InOrder(chats).Select(other => other.Preview?.ToString()),
            list.Select(item => item.Preview is { } preview ? ExpectedMessage.Line(preview) : null));
    }

    // What was made from a state is shown again for as long as the state is the same, so the same state must look the same.
    private void CompareDrawn(ChatStamp stamp, string now)
    {
        if (!drawn.TryAdd(stamp, now))
            Assert.Equal(drawn[stamp], now);
    }

    private static string Drawn(Chat chat) => $"{chat with { Participants = [] }} {string.Join(' ', chat.Participants)}";

    private static string Drawn(Message? message) => message is null
        ? ""
        : $"{message with { Reactions = [], SeenBy = [], Attachments = [], Mentions = [] }} {string.Join(' ', message.Mentions ?? [])} {string.Join(' ', message.Reactions)} {string.Join(' ', message.SeenBy)} {string.Join(' ', message.Attachments)}";

    private static IEnumerable<ExpectedChat> InOrder(IEnumerable<ExpectedChat> chats) =>
        chats.OrderByDescending(chat => chat.LastActivity).ThenByDescending(chat => chat.Key);

    private static T? Pick<T>(IReadOnlyList<T> items, int number)
        where T : class => items.Count == 0 ? null : items[number % items.Count];

    private static string Digits(long number) => number.ToString(CultureInfo.InvariantCulture);
}

/// <summary>At this step the real thing and the expectation parted.</summary>
internal sealed class StepFailedException(int index, Step step, Exception inner)
    : Exception($"At step {index}, {step}: {inner.Message}", inner)
{
    public int Index { get; } = index;
}
