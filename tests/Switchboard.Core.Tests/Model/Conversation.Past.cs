using System.Globalization;
using Switchboard.Core.History;
using Switchboard.Networks;
using Switchboard.Testing;
using Xunit;

namespace Switchboard.Core.Tests.Model;

/// <content>What was missing and comes later, to where it belongs.</content>
internal sealed partial class Conversation
{
    /// <summary>A message comes, and the network says that others are missing before it; now and then all of it twice.</summary>
    private async Task OpenGapAsync(Step step, ExpectedChat chat)
    {
        var number = inserted++;
        var now = home.Clock.GetUtcNow();
        // Sent lately, long ago, or by clocks that are ahead.
        var newest = (step.Target % 3) switch { 0 => now, 1 => Make.Start.AddDays(-40), _ => now.AddDays(1) };
        var missing = Enumerable.Range(0, 1 + (step.Choice % 6)).Select(index => (
            RemoteId: string.Create(CultureInfo.InvariantCulture, $"${name}-{number}-past{index}"),
            Words: step with { Choice = step.Choice + (index * 13), Target = step.Target + index },
            At: newest.AddMilliseconds((index - 6) * (step.Choice % 2 == 0 ? 1 : 700_000)))).ToList();
        var message = Expect(chat, string.Create(CultureInfo.InvariantCulture, $"${name}-{number}"), step, now);
        var token = string.Create(CultureInfo.InvariantCulture, $"t{number}-");
        RemoteEvent[] told = [new RemoteEvent.HistoryGap(new RemoteChatId(chat.RemoteId), token), Told(chat, message, now)];
        await TellAsync(chat, told);
        if (step.Choice % 4 == 0)
            await TellAsync(chat, told);
        Arrive(chat, message);
        chat.Gaps.Add(new ExpectedGap { First = message, Upper = message, Missing = missing, Token = token, Told = told });
    }

    /// <summary>A page of what is missing; it may overlap with what is below, come twice, or be followed by the first telling again.</summary>
    private async Task LoadPastAsync(Step step, ExpectedChat chat)
    {
        var gap = chat.Gaps[step.Target % chat.Gaps.Count];
        var page = gap.Missing.TakeLast(1 + (step.Choice % 4)).ToList();
        gap.Missing.RemoveRange(gap.Missing.Count - page.Count, page.Count);
        var place = chat.Messages.IndexOf(gap.Upper);
        var below = place == 0 ? null : chat.Messages[place - 1];
        var overlaps = gap.Missing.Count == 0 && step.Choice % 2 == 0 && below is { IsForgotten: false }
            && !below.RemoteId.StartsWith("$sent", StringComparison.Ordinal);
        var told = page.Select(old => Told(chat, Expect(chat, old.RemoteId, old.Words, old.At), old.At)).ToList();
        if (overlaps)
            told.Insert(0, Told(chat, below!, below!.SentAt) with { Message = Make.Message(chat.RemoteId, below.RemoteId, below.Sender, "otherwise") });
        // What is known ends it, whatever the network says there is besides.
        var next = gap.Missing.Count > 0 || overlaps ? gap.Token + "+" : null;
        var stored = home.Database.Read(db => db.GapBelow(chat.Key, gap.Upper.SortKey))!;
        Assert.Equal((gap.Token, gap.Upper.SortKey), (stored.Token, stored.Upper));
        for (var time = 0; time < (step.Choice % 3 == 0 ? 2 : 1); time++)
        {
            await home.Ingest.ApplyHistoryAsync(stored, new RemoteHistory([.. told], next), CancellationToken.None);
        }

        var older = Place(chat, page, place);
        gap.Upper = older[0];
        gap.Token += "+";
        if (gap.Missing.Count == 0)
            chat.Gaps.Remove(gap);
        if (step.Choice % 5 == 0 && !gap.First.IsForgotten)
            await TellAsync(chat, gap.Told);
    }

    /// <summary>Directly below, in their order; read when it lies below what was read, or what I said myself.</summary>
    private List<ExpectedMessage> Place(ExpectedChat chat, List<(string RemoteId, Step Words, DateTimeOffset At)> page, int place)
    {
        var placed = new List<ExpectedMessage>();
        foreach (var (remoteId, words, at) in page.AsEnumerable().Reverse())
        {
            var (key, id) = home.Database.Read(db => db.QueryFirst(
                "SELECT sort_key, id FROM message WHERE remote_id = $id AND chat = $chat", row => (row.GetInt64(0), row.GetInt64(1)),
                ("$id", remoteId), ("$chat", chat.Key)));
            var millisecond = DateTimeOffset.FromUnixTimeMilliseconds(at.ToUnixTimeMilliseconds());
            var latest = DateTimeOffset.FromUnixTimeMilliseconds(key / 1000);
            var now = home.Clock.GetUtcNow();
            latest = latest > now ? now : latest;
            var shown = millisecond > latest ? latest : millisecond;
            var message = Expect(chat, remoteId, words, at, shown);
            (message.SortKey, message.Id) = (key, Digits(id));
            placed.Insert(0, message);
        }

        Assert.Equal(placed.Select(message => message.SortKey).Order(), placed.Select(message => message.SortKey));
        Assert.True(place == 0 || chat.Messages[place - 1].SortKey < placed[0].SortKey);
        Assert.True(placed[^1].SortKey < chat.Messages[place].SortKey);
        if (place < chat.Read)
            chat.Read += placed.Count;
        chat.Messages.InsertRange(place, placed);
        if (placed.FindLast(message => message.IsMine) is { } own)
            HearRead(chat, own);
        return placed;
    }
}
