using System.Globalization;
using Switchboard.Core.Chats;
using Switchboard.Core.Messages;
using Switchboard.Networks;
using Switchboard.Testing;
using Xunit;

namespace Switchboard.Core.Tests.Model;

/// <content>What changes something.</content>
internal sealed partial class Conversation
{
    private async Task InsertAsync(Step step, ExpectedChat chat)
    {
        var message = Expect(chat, string.Create(CultureInfo.InvariantCulture, $"${name}-{inserted++}"), step, home.Clock.GetUtcNow());
        var told = Told(chat, message, home.Clock.GetUtcNow());
        await TellAsync(chat, told, told);
        Arrive(chat, message);
    }

    /// <summary>What was there before comes later, in pages that overlap and repeat; each goes to where it arrives.</summary>
    private async Task BackfillAsync(Step step, ExpectedChat chat)
    {
        var first = step.Target % 12;
        var page = Enumerable.Range(first, 1 + (step.Choice % 5)).Select(number =>
        {
            var at = Make.Start.AddDays(-20).AddHours(number);
            var remoteId = string.Create(CultureInfo.InvariantCulture, $"${name}-{chat.Number}-old{number}");
            var words = step with
            {
                Choice = (number * 31) + step.Chat,
                Target = number,
                Words = number % 3 == 0 ? "banana apple" : "app café",
            };
            return (At: at, Known: chat.Messages.Find(message => message.RemoteId == remoteId), RemoteId: remoteId, Words: words);
        }).ToList();
        await TellAsync(chat, [.. page.Select(old => Told(chat, Expect(chat, old.RemoteId, old.Words, old.At), old.At))]);
        foreach (var (at, _, remoteId, words) in page.Where(old => old.Known is null))
        {
            Arrive(chat, Expect(chat, remoteId, words, at));
        }
    }

    private async Task SendAsync(Step step, ExpectedChat chat)
    {
        // Own words are Markdown, where a link is more than its letters.
        var text = step.Words.Replace(Step.Link, "link", StringComparison.Ordinal);
        var identity = Make.Identity(string.Create(CultureInfo.InvariantCulture, $"{name} {inserted++}"));
        var at = home.Clock.GetUtcNow();
        var (_, id) = await home.Messages.SendAsync(access, chat.Id, Make.Text(text), identity, CancellationToken.None);
        Message sent;
        do
        {
            sent = await home.Messages.GetAsync(access, chat.Id, id, CancellationToken.None);
        }
        while (sent.SendStatus?.State == SendStatus.Pending);

        Assert.Equal(SendStatus.Success, sent.SendStatus?.State);
        var message = new ExpectedMessage
        {
            Chat = chat,
            RemoteId = sent.RemoteId!.Value.Value,
            Sender = chat.Account,
            IsMine = true,
            SentAt = Shown(chat, at),
            Text = text,
        };
        Arrive(chat, message);
        Assert.Equal(id, message.Id);
    }

    private async Task SetFlagsAsync(Step step, ExpectedChat chat)
    {
        bool? Maybe(int shift) => ((step.Choice >> shift) & 3) switch { 0 => true, 1 => false, _ => null };
        var change = new ChatChange { IsArchived = Maybe(0), IsMuted = Maybe(2), IsLowPriority = Maybe(4) };
        await home.Chats.UpdateAsync(access, chat.Id, change, CancellationToken.None);
        chat.IsArchived = change.IsArchived ?? chat.IsArchived;
        chat.IsMuted = change.IsMuted ?? chat.IsMuted;
        chat.IsLowPriority = change.IsLowPriority ?? chat.IsLowPriority;
    }

    private async Task ChangeAsync(Step step, ExpectedChat chat, ExpectedMessage target)
    {
        switch (step.Verb)
        {
            case Verb.Edit:
                await EditAsync(step, chat, target);
                break;
            case Verb.Remove:
                if (target is { IsMine: true, IsDeleted: false } && step.Choice % 2 == 0)
                    await home.Messages.DeleteAsync(access, chat.Id, target.Id, true, CancellationToken.None);
                else
                    await TellAsync(chat, Make.Removes(chat.RemoteId, target.RemoteId));
                (target.IsDeleted, target.Text, target.Media, target.MentionsMe) = (true, null, null, false);
                target.Reactions.Clear();
                break;
            case Verb.Forget:
                await home.Messages.DeleteAsync(access, chat.Id, target.Id, false, CancellationToken.None);
                await TellAsync(
                    chat, Make.Says(target.Sender, chat.RemoteId, target.RemoteId), Make.Reacts("ada", chat.RemoteId, target.RemoteId, "👍"));
                target.IsForgotten = true;
                break;
            case Verb.React or Verb.Unreact:
                await ReactAsync(step, chat, target);
                break;
            case Verb.Read:
                await home.Chats.MarkReadAsync(access, chat.Id, target.Id, CancellationToken.None);
                MarkRead(chat, target);
                chat.IsMarkedUnread = false;
                break;
            case Verb.ReadElsewhere:
                await TellAsync(chat, Make.Reads(chat.Account, chat.RemoteId, target.RemoteId));
                HearRead(chat, target);
                break;
            case Verb.MarkUnread:
                await home.Chats.MarkUnreadAsync(access, chat.Id, step.Choice % 4 == 0 ? null : target.Id, CancellationToken.None);
                var before = chat.Messages.FindLastIndex(
                    chat.Messages.IndexOf(target), message => message != target && !message.IsForgotten);
                if (step.Choice % 4 != 0)
                    chat.Read = Math.Min(chat.Read, before + 1);
                chat.IsMarkedUnread = true;
                break;
            default:
                throw new InvalidOperationException($"{step.Verb} is no change.");
        }
    }

    private async Task EditAsync(Step step, ExpectedChat chat, ExpectedMessage target)
    {
        var (at, words) = (Make.Start.AddSeconds(step.Choice), step.Words);
        if (target is { IsMine: true, IsDeleted: false, Media: null } && step.Choice % 2 == 0)
        {
            words = words.Replace(Step.Link, "link", StringComparison.Ordinal);
            await home.Messages.EditAsync(access, chat.Id, target.Id, words, CancellationToken.None);
            at = home.Network.EditTime;
            // The answer of a network whose clock is coarse still comes after what it answers.
            if (target.EditedAt == at && target.Text != words)
                at = at.AddMilliseconds(1);
        }
        else
        {
            await TellAsync(chat, Make.Edits(chat.RemoteId, target.RemoteId, words, at));
        }

        if (!target.IsDeleted && !(target.EditedAt >= at))
            (target.Text, target.EditedAt, target.Edits, target.MentionsMe) = (words, at, target.Edits + 1, false);
    }

    private async Task ReactAsync(Step step, ExpectedChat chat, ExpectedMessage target)
    {
        var key = Reactions[step.Choice % Reactions.Length];
        var isOwn = step.Choice % 3 == 0;
        var user = isOwn ? chat.Account : Senders[step.Choice % 2];
        var entry = $"{Make.UserId(user)} {key}";
        if (step.Verb == Verb.React)
        {
            if (isOwn && !target.IsDeleted)
                await home.Messages.ReactAsync(access, chat.Id, target.Id, key, null, CancellationToken.None);
            else
                await TellAsync(chat, Make.Reacts(user, chat.RemoteId, target.RemoteId, key));
            if (!target.IsDeleted)
                target.Reactions.Add(entry);
            return;
        }

        if (isOwn && target.Reactions.Contains(entry))
            await home.Messages.UnreactAsync(access, chat.Id, target.Id, key, CancellationToken.None);
        else
            await TellAsync(chat, Make.Unreacts(user, chat.RemoteId, target.RemoteId, key));
        target.Reactions.Remove(entry);
    }

    private static void MarkRead(ExpectedChat chat, ExpectedMessage target)
    {
        chat.Read = Math.Max(chat.Read, chat.Messages.IndexOf(target) + 1);
        chat.Heard = Math.Max(chat.Heard, target.SortKey);
    }

    /// <summary>What was heard before is an echo, and the owner may have gone back since.</summary>
    private static void HearRead(ExpectedChat chat, ExpectedMessage target)
    {
        if (target.SortKey > chat.Heard)
            MarkRead(chat, target);
    }

    private ExpectedMessage Expect(ExpectedChat chat, string remoteId, Step step, DateTimeOffset at, DateTimeOffset? shown = null)
    {
        var sender = Senders[step.Target % Senders.Length];
        var isHidden = step.Choice % 11 == 0;
        return new ExpectedMessage
        {
            Chat = chat,
            RemoteId = remoteId,
            Sender = sender,
            IsMine = sender == chat.Account,
            SentAt = shown ?? Shown(chat, at > home.Clock.GetUtcNow() ? home.Clock.GetUtcNow() : at),
            IsHidden = isHidden,
            Text = step.Words,
            Media = step.Choice % 5 == 0 ? Kinds[step.Choice % Kinds.Length] : null,
            MentionsMe = step.Choice % 7 == 0 && sender != chat.Account && !isHidden,
        };
    }

    /// <summary>Times that are shown do not run backwards for messages that cross.</summary>
    private static DateTimeOffset Shown(ExpectedChat chat, DateTimeOffset at) =>
        chat.Kept is [.., var newest] && newest.SentAt > at && newest.SentAt - at <= MessagePlaces.Crossing ? newest.SentAt : at;

    private static RemoteEvent.MessageUpserted Told(ExpectedChat chat, ExpectedMessage message, DateTimeOffset at) => new(
        Make.Message(chat.RemoteId, message.RemoteId, message.Sender, message.Text!, at) with
        {
            IsHidden = message.IsHidden,
            Mentions = message.MentionsMe ? [Make.UserId(chat.Account)] : [],
            Attachments = message.Media is { } kind ? [Media(message.RemoteId, kind)] : [],
        });

    private static RemoteMedia Media(string id, MediaKind kind) => kind switch
    {
        MediaKind.Image => Make.Media(id, FileName(kind)),
        MediaKind.Video => Make.Media(id, FileName(kind), "video/mp4", AttachmentKind.Video),
        _ => Make.Media(id, FileName(kind), "application/pdf", AttachmentKind.File),
    };

    /// <summary>It is the newest of its chat now, and what was put away comes back.</summary>
    private void Arrive(ExpectedChat chat, ExpectedMessage message)
    {
        var stored = home.Database.Read(db => db.Query(
            "SELECT sort_key, id FROM message WHERE remote_id = $id AND chat = $chat", row => (row.GetInt64(0), row.GetInt64(1)),
            ("$id", message.RemoteId), ("$chat", chat.Key)));
        (message.SortKey, var id) = Assert.Single(stored);
        message.Id = Digits(id);
        Assert.All(chat.Messages, earlier => Assert.True(earlier.SortKey < message.SortKey));
        chat.Messages.Add(message);
        if (message.IsHidden)
            return;
        if (message.SentAt > chat.LastActivity)
            chat.LastActivity = message.SentAt;
        if (message.IsMine || !chat.IsMuted)
            chat.IsArchived = false;
    }
}
