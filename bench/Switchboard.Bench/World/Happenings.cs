using System.Globalization;
using Switchboard.Networks;

namespace Switchboard.Bench.World;

/// <summary>What happens in a town over three years: messages of all kinds, and what people do to them.</summary>
internal sealed class Happenings(Town town, Vocabulary words, DateTimeOffset from, ulong seed)
{
    private const int Remembered = 8;

    private static readonly string[] Reactions = ["👍", "❤️", "😂", "🎉", "🙏", "😮"];
    private static readonly string[] Sites = ["https://example.org/a", "https://news.example.com/2026/story", "https://maps.example.net/?q=1"];

    private readonly Dice dice = new(seed);
    private readonly Dictionary<int, List<RemoteMessage>> recent = [];

    /// <summary>
    /// Everything in order of time, with its account: exactly <paramref name="messages"/> messages, and after some of them a
    /// reaction, an edit, a deletion or the sign that they were read.
    /// </summary>
    public IEnumerable<(string Account, DateTimeOffset At, RemoteEvent What)> Tell(int messages, TimeSpan span)
    {
        for (var i = 0; i < messages; i++)
        {
            var at = from + (span * ((i + (0.9 * dice.Fraction())) / messages));
            var place = town.Busy(dice);
            var chat = town.Chats[place];
            if (!recent.TryGetValue(place, out var last))
                recent.Add(place, last = []);
            var message = Message(chat, at, i, last);
            yield return (chat.AccountId, at, new RemoteEvent.MessageUpserted(message));
            last.Add(message);
            if (last.Count > Remembered)
                last.RemoveAt(0);
            foreach (var what in Aftermath(chat, last, at))
            {
                yield return (chat.AccountId, at, what);
            }
        }
    }

    private RemoteMessage Message(RemoteChat chat, DateTimeOffset at, int number, List<RemoteMessage> last)
    {
        var self = Town.SelfOf(chat.AccountId);
        var sender = dice.Chance(0.3)
            ? chat.Participants[^1].User
            : chat.Participants[dice.Rank(chat.Participants.Count - 1)].User;
        var kind = dice.Fraction();
        var text = words.Sentence(dice, 1 + dice.Rank(60));
        var media = kind switch
        {
            < 0.05 => File(AttachmentKind.Image, "image/jpeg", number, "jpg"),
            < 0.06 => File(AttachmentKind.Video, "video/mp4", number, "mp4"),
            < 0.07 => File(AttachmentKind.VoiceNote, "audio/ogg", number, "ogg"),
            < 0.09 => File(AttachmentKind.File, "application/pdf", number, "pdf"),
            _ => null,
        };
        var formatted = kind > 0.9;
        return new RemoteMessage
        {
            Chat = chat.Id,
            Id = new RemoteMessageId(string.Create(CultureInfo.InvariantCulture, $"$m{seed}-{number}")),
            Sender = sender.Id == self ? new RemoteUser { Id = self } : sender,
            SentAt = at,
            Text = media is not null && dice.Chance(0.7)
                ? null
                : new MessageText(formatted ? $"<strong>{text}</strong>" : kind > 0.87 ? $"{text} {dice.Of(Sites)}" : text, formatted),
            Attachments = media is null ? [] : [media],
            ReplyTo = last.Count > 0 && dice.Chance(0.08) ? dice.Of(last).Id : null,
            Mentions = chat.IsGroup && dice.Chance(0.02) ? [self.Value] : [],
        };
    }

    private IEnumerable<RemoteEvent> Aftermath(RemoteChat chat, List<RemoteMessage> last, DateTimeOffset at)
    {
        var about = dice.Of(last);
        var somebody = chat.Participants[dice.Below(chat.Participants.Count)].User.Id;
        switch (dice.Fraction())
        {
            case < 0.08:
                yield return new RemoteEvent.ReactionAdded(chat.Id, about.Id, somebody, dice.Of(Reactions));
                break;
            case < 0.11 when about.Text is not null:
                yield return new RemoteEvent.MessageEdited(chat.Id, about.Id, new MessageText(words.Sentence(dice, 5), false), [], at);
                break;
            case < 0.12:
                yield return new RemoteEvent.MessageRemoved(chat.Id, about.Id);
                break;
            case < 0.32:
                yield return new RemoteEvent.ReadUpTo(chat.Id, dice.Chance(0.7) ? Town.SelfOf(chat.AccountId) : somebody, last[^1].Id, at);
                break;
        }
    }

    private RemoteMedia File(AttachmentKind kind, string type, int number, string extension) => new(
        new RemoteMediaId(string.Create(CultureInfo.InvariantCulture, $"file-{number}")),
        new AttachmentInfo
        {
            Kind = kind,
            MimeType = type,
            FileName = string.Create(CultureInfo.InvariantCulture, $"{words.ByRank(dice.Below(5_000))}-{number}.{extension}"),
            FileSize = 1_000 + dice.Below(5_000_000),
            Width = kind is AttachmentKind.Image or AttachmentKind.Video ? 1_920 : null,
            Height = kind is AttachmentKind.Image or AttachmentKind.Video ? 1_080 : null,
            Duration = kind is AttachmentKind.Video or AttachmentKind.VoiceNote ? 1 + dice.Below(300) : null,
        });
}
