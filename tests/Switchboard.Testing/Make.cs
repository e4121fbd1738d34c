using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Switchboard.Core.Messages;
using Switchboard.Core.Paging;
using Switchboard.Networks;

namespace Switchboard.Testing;

/// <summary>Short ways to make what tests need, with everything that does not matter filled in.</summary>
public static class Make
{
    /// <summary>When chats and messages come into being unless a test says otherwise.</summary>
    public static DateTimeOffset Start { get; } = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);

    /// <summary>A network that can do everything.</summary>
    public static ChatCapabilities Everything { get; } = new()
    {
        Attachments = new[] { "m.image", "m.video", "m.audio", "m.file", "m.sticker", "org.matrix.msc3245.voice", "fi.mau.gif" }.ToDictionary(
            type => type,
            _ => new AttachmentCapabilities
            {
                MimeTypes = new Dictionary<string, CapabilityLevel> { ["*/*"] = CapabilityLevel.Full },
                Caption = CapabilityLevel.Full,
            }),
        Reply = CapabilityLevel.Full,
        Edit = CapabilityLevel.Full,
        Delete = CapabilityLevel.Full,
        DeleteForMe = true,
        Reaction = CapabilityLevel.Full,
        DisappearingTimer = new DisappearingTimerCapabilities { Types = [DisappearingTimerType.AfterSend] },
        ReadReceipts = true,
        TypingNotifications = true,
        Archive = true,
        MarkAsUnread = true,
        Title = CapabilityLevel.Full,
        Description = CapabilityLevel.Full,
        Avatar = CapabilityLevel.Full,
        Expiry = CapabilityLevel.Full,
    };

    /// <summary>The id of a person by a short name.</summary>
    public static string UserId(string name) => $"@{name}:scripted.example";

    /// <summary>A person by a short name.</summary>
    public static RemoteUser User(string name) => new()
    {
        Id = new UserId(UserId(name)),
        Username = name,
        FullName = char.ToUpperInvariant(name[0]) + name[1..],
    };

    /// <summary>The account of a login, both of the same short name.</summary>
    public static RemoteAccount Account(string name = "me") => new()
    {
        AccountId = $"scripted_{name}",
        BridgeId = ScriptedNetwork.Bridge,
        BridgeType = "scripted",
        Provider = BridgeProvider.SelfHosted,
        Network = "Scripted",
        Self = User(name),
    };

    /// <summary>A chat of an account with others; a group when there are several.</summary>
    public static RemoteChat Chat(string id, string account = "me", params string[] others)
    {
        var people = others.Length == 0 ? ["ada"] : others;
        return new RemoteChat
        {
            Id = new RemoteChatId(id),
            AccountId = Account(account).AccountId,
            IsGroup = people.Length > 1,
            Participants = [.. people.Append(account).Select(name => new RemoteParticipant(User(name)))],
            Capabilities = Everything,
            CreatedAt = Start,
        };
    }

    /// <summary>A message.</summary>
    public static RemoteMessage Message(string chat, string id, string sender, string text, DateTimeOffset? at = null) => new()
    {
        Chat = new RemoteChatId(chat),
        Id = new RemoteMessageId(id),
        Sender = User(sender),
        SentAt = at ?? Start,
        Text = new MessageText(text, false),
    };

    /// <summary>That a chat is there.</summary>
    public static RemoteEvent ChatIs(string id, string account = "me", params string[] others) =>
        new RemoteEvent.ChatUpserted(Chat(id, account, others));

    /// <summary>That somebody wrote.</summary>
    public static RemoteEvent Says(string sender, string chat, string id, string text = "hello", DateTimeOffset? at = null) =>
        new RemoteEvent.MessageUpserted(Message(chat, id, sender, text, at));

    /// <summary>That somebody edited.</summary>
    public static RemoteEvent Edits(string chat, string id, string text, DateTimeOffset at, params string[] mentions) =>
        new RemoteEvent.MessageEdited(new RemoteChatId(chat), new RemoteMessageId(id), new MessageText(text, false), mentions, at);

    /// <summary>That a message was deleted for everyone.</summary>
    public static RemoteEvent Removes(string chat, string id) =>
        new RemoteEvent.MessageRemoved(new RemoteChatId(chat), new RemoteMessageId(id));

    /// <summary>That somebody reacted.</summary>
    public static RemoteEvent Reacts(string user, string chat, string id, string key) =>
        new RemoteEvent.ReactionAdded(new RemoteChatId(chat), new RemoteMessageId(id), new UserId(UserId(user)), key);

    /// <summary>That somebody took a reaction back.</summary>
    public static RemoteEvent Unreacts(string user, string chat, string id, string key) =>
        new RemoteEvent.ReactionRemoved(new RemoteChatId(chat), new RemoteMessageId(id), new UserId(UserId(user)), key);

    /// <summary>That somebody read.</summary>
    public static RemoteEvent Reads(string user, string chat, string id, DateTimeOffset? at = null) =>
        new RemoteEvent.ReadUpTo(new RemoteChatId(chat), new UserId(UserId(user)), new RemoteMessageId(id), at ?? Start);

    /// <summary>That messages are missing before the next one.</summary>
    public static RemoteEvent Gap(string chat, string token) => new RemoteEvent.HistoryGap(new RemoteChatId(chat), token);

    /// <summary>That somebody put marks on a chat on another device.</summary>
    public static RemoteEvent Marks(string chat, ChatMarks marks) => new RemoteEvent.ChatMarksChanged(new RemoteChatId(chat), marks);

    /// <summary>What became of a message of mine.</summary>
    public static RemoteEvent Report(string chat, string id, SendProgress progress, DateTimeOffset? at = null, params string[] reached) =>
        new RemoteEvent.SendStatusChanged(
            new RemoteChatId(chat), new RemoteMessageId(id),
            new SendReport(progress, at ?? Start)
            {
                DeliveredTo = reached.Length == 0 ? null : [.. reached.Select(name => new UserId(UserId(name)))],
            });

    /// <summary>A past that is told in pages. A token is the number of events before it; nothing is before the first.</summary>
    /// <param name="size">Events a page.</param>
    /// <param name="all">Everything, the oldest first.</param>
    public static Func<RemoteChatId, string, CancellationToken, Task<RemoteHistory>> Past(int size, params IReadOnlyList<RemoteEvent> all) =>
        (_, token, _) =>
        {
            var end = int.Parse(token, CultureInfo.InvariantCulture);
            var begin = Math.Max(0, end - size);
            return Task.FromResult(new RemoteHistory(
                [.. all.Skip(begin).Take(end - begin)], begin == 0 ? null : begin.ToString(CultureInfo.InvariantCulture)));
        };

    /// <summary>A file as networks describe it.</summary>
    public static RemoteMedia Media(string id, string name = "picture.png", string mimeType = "image/png", AttachmentKind kind = AttachmentKind.Image) =>
        new(new RemoteMediaId(id), new AttachmentInfo { Kind = kind, MimeType = mimeType, FileName = name });

    /// <summary>A send of text.</summary>
    public static SendRequest Text(string text) => new() { Text = text };

    /// <summary>How a request is told apart from others; by <paramref name="body"/> unless there is a key.</summary>
    public static RequestIdentity Identity(string body, string? key = null, bool isRetry = false) =>
        new(key, SHA256.HashData(Encoding.UTF8.GetBytes(body)), isRetry);

    /// <summary>A page.</summary>
    public static PageRequest Page(int limit = 200, string? cursor = null, PageDirection direction = PageDirection.Before) =>
        new(cursor, direction, limit);
}
