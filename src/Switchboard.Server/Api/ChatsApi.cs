using Switchboard.Core;
using Switchboard.Core.Chats;
using Switchboard.Core.Messages;
using Switchboard.Server.Http;
using Switchboard.Server.Mapping;
using Switchboard.Server.Spec;
using Switchboard.Wire;
using Chats = Switchboard.Core.Chats.Chats;

namespace Switchboard.Server.Api;

/// <summary>Chats (rest.md §4).</summary>
internal sealed class ChatsApi(Chats chats, Messages messages, WireMapper map, RenderedJson rendered, TimeProvider clock)
{
    private const int LongestTitle = 1000;
    private const int LongestText = 65_536;

    /// <summary>Maps the routes.</summary>
    public void Map(Routes routes)
    {
        routes.Map(Operations.ListChats, List);
        routes.Map(Operations.SearchChats, Search);
        routes.Map(Operations.CreateChat, CreateAsync);
        routes.Map(Operations.StartChat, async (request, cancellationToken) =>
            await StartAsync(request, await BodyOf(request, cancellationToken), cancellationToken));
        routes.Map(Operations.GetChat, GetAsync);
        routes.Map(Operations.AcceptChat, async (request, cancellationToken) => map.ToWire(
            await chats.AcceptAsync(request.Access, request.Path("chatID"), cancellationToken), request.BaseUrl));
        routes.Map(Operations.DeclineChat, (request, cancellationToken) =>
            chats.DeclineAsync(request.Access, request.Path("chatID"), cancellationToken));
        routes.Map(Operations.UpdateChat, UpdateAsync);
        routes.Map(Operations.ArchiveChat, ArchiveAsync);
        routes.Map(Operations.MarkChatRead, (request, cancellationToken) => MarkAsync(request, chats.MarkReadAsync, cancellationToken));
        routes.Map(Operations.MarkChatUnread, (request, cancellationToken) => MarkAsync(request, chats.MarkUnreadAsync, cancellationToken));
        routes.Map(Operations.NotifyAnyway, async (request, cancellationToken) =>
        {
            await BodyOf(request, cancellationToken);
            return map.ToWire(await chats.NotifyAnywayAsync(request.Access, request.Path("chatID"), cancellationToken), request.BaseUrl);
        });
        routes.Map(Operations.SetReminder, SetReminderAsync);
        routes.Map(Operations.ClearReminder, (request, cancellationToken) =>
            chats.SetReminderAsync(request.Access, request.Path("chatID"), null, cancellationToken));
        routes.Map(Operations.SetTyping, SetTypingAsync);
    }

    private static async Task<BodyReader> BodyOf(ApiRequest request, CancellationToken cancellationToken) =>
        (await JsonBody.ReadAsync(request.Http.Request, cancellationToken)).Body;

    private Page<RawJson> List(ApiRequest request)
    {
        var page = request.Page(25, 200);
        request.Check();
        var known = rendered.ChatsFor(request.BaseUrl, withPreviews: true);
        return chats.List(request.Access, request.Texts("accountIDs"), page, known.Has).ToWire(known.Json);
    }

    private Page<RawJson> Search(ApiRequest request)
    {
        var page = request.Page(50, 200);
        var filter = new ChatFilter
        {
            Query = request.Text("query") ?? request.Text("q"),
            InParticipants = request.OneOf("scope", ("titles", false), ("participants", true)) ?? false,
            Inbox = request.OneOf("inbox", ("primary", Inbox.Primary), ("low-priority", Inbox.LowPriority), ("archive", Inbox.Archive)),
            IsGroup = request.OneOf<int>("type", ("single", 0), ("group", 1), ("any", -1)) switch { 0 => false, 1 => true, _ => null },
            UnreadOnly = request.Flag("unreadOnly") ?? false,
            IncludeMuted = request.Flag("includeMuted") ?? true,
            ActiveAfter = request.Time("lastActivityAfter"),
            ActiveBefore = request.Time("lastActivityBefore"),
            Accounts = request.Texts("accountIDs"),
        };
        request.Check();
        var known = rendered.ChatsFor(request.BaseUrl, withPreviews: false);
        return chats.Search(request.Access, filter, page, known.Has).ToWire(known.Json);
    }

    private async Task<Wire.Chat> GetAsync(ApiRequest request, CancellationToken cancellationToken)
    {
        var participants = request.Whole("maxParticipantCount", -1, 500) ?? Chats.DefaultParticipants;
        request.Check();
        return map.ToWire(
            await chats.GetAsync(request.Access, request.Path("chatID"), participants, cancellationToken), request.BaseUrl);
    }

    private async Task<CreateChatOutput> CreateAsync(ApiRequest request, CancellationToken cancellationToken)
    {
        var (bytes, body) = await JsonBody.ReadAsync(request.Http.Request, cancellationToken);
        // Older clients say here what newer ones say by the route (rest.md §4).
        if (body.OneOf("mode", ("start", true), ("create", false)) == true)
            return await StartAsync(request, body, cancellationToken);
        var account = body.RequiredText("accountID");
        var isGroup = body.OneOf("type", ("single", false), ("group", true));
        if (!body.Has("type"))
            body.Add("required", "This field is required.", "type");
        var participants = body.Texts("participantIDs", least: 1);
        if (!body.Has("participantIDs"))
            body.Add("required", "This field is required.", "participantIDs");
        else if (isGroup == false && participants is { Count: not 1 })
            body.Add("invalid_length", "A single chat has exactly one participant besides you.", "participantIDs");
        var (title, text) = (body.Text("title", most: LongestTitle), body.Text("messageText", most: LongestText));
        body.Check();
        var made = await chats.CreateAsync(
            request.Access, account, isGroup!.Value, participants!, title, SendIdentity.Of(request.Http.Request, bytes), cancellationToken);
        return await AnswerAsync(request, made, text, cancellationToken);
    }

    private async Task<CreateChatOutput> StartAsync(ApiRequest request, BodyReader body, CancellationToken cancellationToken)
    {
        var account = body.RequiredText("accountID");
        var user = body.RequiredObject("user");
        var person = new PersonRequest
        {
            Id = user.Text("id"),
            Username = user.Text("username"),
            PhoneNumber = user.Text("phoneNumber"),
            Email = user.Text("email"),
            FullName = user.Text("fullName"),
        };
        if (body.Object("user") is not null && string.IsNullOrEmpty(person.Id + person.Username + person.PhoneNumber + person.Email + person.FullName))
            body.Add("required", "Say who: id, username, phoneNumber, email or fullName.", "user");
        var (invite, text) = (body.Flag("allowInvite") ?? true, body.Text("messageText", most: LongestText));
        body.Check();
        return await AnswerAsync(request, await chats.StartAsync(request.Access, account, person, invite, cancellationToken), text, cancellationToken);
    }

    private async Task<CreateChatOutput> AnswerAsync(
        ApiRequest request, (Core.Chats.Chat Chat, bool Created) made, string? text, CancellationToken cancellationToken)
    {
        request.Concerns(chat: made.Chat.Id);
        if (!string.IsNullOrEmpty(text))
        {
            // The same message from a repeated request is one message (rest.md §1.5).
            var identity = SendIdentity.Of(request.Http.Request, System.Text.Encoding.UTF8.GetBytes("first message " + text));
            await messages.SendAsync(request.Access, made.Chat.Id, new SendRequest { Text = text }, identity, cancellationToken);
            made.Chat = chats.Get(request.Access, made.Chat.Id, Chats.DefaultParticipants);
        }

        return new CreateChatOutput(map.ToWire(made.Chat, request.BaseUrl), made.Created ? ChatCreation.Created : ChatCreation.Existing);
    }

    private async Task<Wire.Chat> UpdateAsync(ApiRequest request, CancellationToken cancellationToken)
    {
        var body = await BodyOf(request, cancellationToken);
        var change = new ChatChange
        {
            Title = body.Clearable("title", LongestTitle),
            Description = body.Clearable("description", 10_000),
            Picture = body.Clearable("imgURL", 4096),
            ExpirySeconds = body.IsNull("messageExpirySeconds")
                ? new Given<int?>(null)
                : body.Whole("messageExpirySeconds", 0, int.MaxValue) is { } seconds ? new Given<int?>(seconds) : null,
            Draft = body.IsNull("draft") ? new Given<DraftRequest?>(null) : body.Object("draft") is { } draft ? new(Draft(draft)) : null,
            IsArchived = body.StrictFlag("isArchived"),
            IsLowPriority = body.StrictFlag("isLowPriority"),
            IsMuted = body.StrictFlag("isMuted"),
            IsPinned = body.StrictFlag("isPinned"),
        };
        body.Check();
        return map.ToWire(await chats.UpdateAsync(request.Access, request.Path("chatID"), change, cancellationToken), request.BaseUrl);
    }

    private static DraftRequest Draft(BodyReader body)
    {
        var text = body.RequiredText("text", least: 0, most: LongestText);
        var attachments = body.Objects("attachments", most: 20)
            .Select(pair => KeyValuePair.Create(pair.Value.Text("id", 1, 500) ?? pair.Key, AttachmentBody.Read(pair.Value)))
            .DistinctBy(pair => pair.Key)
            .ToList();
        return new DraftRequest(text, attachments);
    }

    private async Task ArchiveAsync(ApiRequest request, CancellationToken cancellationToken)
    {
        var body = await BodyOf(request, cancellationToken);
        var archived = body.Flag("archived") ?? true;
        body.Check();
        await chats.ArchiveAsync(request.Access, request.Path("chatID"), archived, cancellationToken);
    }

    private async Task<Wire.Chat> MarkAsync(
        ApiRequest request, Func<Core.Access.Access, string, string?, CancellationToken, Task<Core.Chats.Chat>> mark,
        CancellationToken cancellationToken)
    {
        var body = await BodyOf(request, cancellationToken);
        var message = body.Text("messageID", least: 1);
        body.Check();
        return map.ToWire(await mark(request.Access, request.Path("chatID"), message, cancellationToken), request.BaseUrl);
    }

    private async Task SetReminderAsync(ApiRequest request, CancellationToken cancellationToken)
    {
        var body = await BodyOf(request, cancellationToken);
        var reminder = body.RequiredObject("reminder");
        var at = reminder.Time("remindAt");
        if (at is null && reminder.Number("remindAtMs", 0, 253_402_300_799_999) is { } milliseconds)
            at = DateTimeOffset.FromUnixTimeMilliseconds((long)milliseconds);
        var dismiss = reminder.Flag("dismissOnIncomingMessage") ?? false;
        if (!reminder.Has("remindAt") && !reminder.Has("remindAtMs"))
            reminder.Add("required", "This field is required.", "remindAt");
        else if (at <= clock.GetUtcNow())
            reminder.Add("invalid_date", "A reminder must be in the future.", "remindAt");
        body.Check();
        if (at is not { } time)
            throw RefusedException.Invalid("required", "This field is required.", "body", "reminder", "remindAt");
        await chats.SetReminderAsync(request.Access, request.Path("chatID"), new Core.Chats.Reminder(time, dismiss), cancellationToken);
    }

    private async Task SetTypingAsync(ApiRequest request, CancellationToken cancellationToken)
    {
        var body = await BodyOf(request, cancellationToken);
        var typing = body.OneOf("state", ("typing", true), ("paused", false)) ?? body.Flag("isTyping");
        if (!body.Has("state") && !body.Has("isTyping"))
            body.Add("required", "Send state: typing or paused.", "state");
        body.Check();
        await chats.SetTypingAsync(request.Access, request.Path("chatID"), typing ?? false, cancellationToken);
    }
}
