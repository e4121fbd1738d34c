using System.Text.Json.Nodes;
using Switchboard.Core;
using Switchboard.Core.Chats;
using Switchboard.Core.Media;
using Switchboard.Core.Messages;

namespace Switchboard.Server.Mcp;

/// <summary>Tools over chats.</summary>
internal sealed class ChatTools(Chats chats, Uploads uploads, ToolShapes shapes, TimeProvider clock)
{
    private const int LongestDraft = 65_536;
    private const int LongestShownDraft = ToolText.Budget / 2;
    private const int MostPeople = 500;

    /// <summary>The tools with what carries them out.</summary>
    public IReadOnlyDictionary<ToolDefinition, ToolHandler> Handlers => new Dictionary<ToolDefinition, ToolHandler>
    {
        [Tools.SearchChats] = (call, _) => Task.FromResult(Search(call)),
        [Tools.GetChat] = GetAsync,
        [Tools.ArchiveChat] = ArchiveAsync,
        [Tools.SetChatReminder] = SetReminderAsync,
        [Tools.ClearChatReminder] = ClearReminderAsync,
        [Tools.FocusApp] = FocusAsync,
    };

    private ToolAnswer Search(ToolCall call)
    {
        var arguments = call.Arguments;
        var page = call.Page(20, 100);
        var filter = new ChatFilter
        {
            Query = arguments.Text("query", most: 1000),
            InParticipants = arguments.OneOf("scope", ("titles", false), ("participants", true)) ?? false,
            Inbox = arguments.OneOf("inbox", ("primary", Inbox.Primary), ("low-priority", Inbox.LowPriority), ("archive", Inbox.Archive)),
            IsGroup = arguments.OneOf<int>("type", ("single", 0), ("group", 1), ("any", -1)) switch { 0 => false, 1 => true, _ => null },
            UnreadOnly = arguments.Flag("unreadOnly") ?? false,
            IncludeMuted = arguments.Flag("includeMuted") ?? true,
            ActiveAfter = arguments.Time("lastActivityAfter"),
            ActiveBefore = arguments.Time("lastActivityBefore"),
            Accounts = arguments.Texts("accountIDs"),
        };
        arguments.Check();
        var found = chats.Search(call.Access, filter, page);
        // Cut by asking again, so that the cursor is that of what is shown.
        var fitting = ToolShapes.Fitting(
            found.Items, page.Direction, chat => shapes.Describe(chat), chat => shapes.Chat(chat, call.BaseUrl));
        if (fitting < found.Items.Count)
            found = chats.Search(call.Access, filter, page with { Limit = fitting });
        var parts = found.Items.Select(chat => shapes.Describe(chat));
        return new ToolAnswer(
            $"# Chats: {found.Items.Count}{(found.HasMore ? " on this page" : "")}\n{string.Join("\n\n", parts)}{ToolShapes.More(found, page)}",
            ToolShapes.Page(found, page, chat => shapes.Chat(chat, call.BaseUrl)));
    }

    private async Task<ToolAnswer> GetAsync(ToolCall call, CancellationToken cancellationToken)
    {
        var chatId = call.Arguments.RequiredText("chatID", most: 1000);
        var people = call.Arguments.Whole("maxParticipantCount", -1, MostPeople) ?? -1;
        call.Arguments.Check();
        var chat = await chats.GetAsync(call.Access, chatId, people < 0 ? MostPeople : people, cancellationToken);
        var shown = shapes.FittingPeople(chat, call.BaseUrl);
        var cut = shown < chat.ParticipantCount ? $"\n(Of {chat.ParticipantCount} people, {shown} are shown.)" : "";
        return new ToolAnswer(
            shapes.Describe(chat, shown) + cut + Draft(chat),
            new JsonObject { ["chat"] = shapes.Chat(chat, call.BaseUrl, shown, LongestShownDraft), ["notice"] = ToolText.Notice });
    }

    private static string Draft(Chat chat)
    {
        if (chat.Draft is null)
            return "";
        var text = Core.Text.MatrixHtml.ToPlainText(chat.Draft.Text);
        var cut = text.Length > LongestShownDraft ? $"\n(Cut: {LongestShownDraft} of {text.Length} characters.)" : "";
        return $"\nDraft:\n{ToolText.Quote(ToolText.Cut(text, LongestShownDraft))}{cut}";
    }

    private async Task<ToolAnswer> ArchiveAsync(ToolCall call, CancellationToken cancellationToken)
    {
        var chatId = call.Arguments.RequiredText("chatID", most: 1000);
        var archived = call.Arguments.Flag("archived") ?? true;
        call.Arguments.Check();
        await chats.ArchiveAsync(call.Access, chatId, archived, cancellationToken);
        return new ToolAnswer(
            archived ? "The chat is archived." : "The chat is back from the archive.",
            new JsonObject { ["chatID"] = chatId, ["archived"] = archived });
    }

    private async Task<ToolAnswer> SetReminderAsync(ToolCall call, CancellationToken cancellationToken)
    {
        var chatId = call.Arguments.RequiredText("chatID", most: 1000);
        var reminder = call.Arguments.RequiredObject("reminder");
        var at = reminder.Time("remindAt");
        if (at is null && reminder.Number("remindAtMs", 0, 253_402_300_799_999) is { } milliseconds)
            at = DateTimeOffset.FromUnixTimeMilliseconds((long)milliseconds);
        var dismiss = reminder.Flag("dismissOnIncomingMessage") ?? false;
        if (at is null)
            reminder.Add("required", "Give remindAt (ISO 8601) or remindAtMs.", "remindAt");
        else if (at <= clock.GetUtcNow())
            reminder.Add("invalid_date", "A reminder must be in the future.", "remindAt");
        call.Arguments.Check();
        var time = at!.Value;
        await chats.SetReminderAsync(call.Access, chatId, new Reminder(time, dismiss), cancellationToken);
        return new ToolAnswer(
            $"The chat comes back at {ToolText.Time(time, clock)}.",
            new JsonObject
            {
                ["chatID"] = chatId,
                ["remindAt"] = time.UtcDateTime.ToString("yyyy-MM-ddTHH:mm:ss.fff'Z'", System.Globalization.CultureInfo.InvariantCulture),
            });
    }

    private async Task<ToolAnswer> ClearReminderAsync(ToolCall call, CancellationToken cancellationToken)
    {
        var chatId = call.Arguments.RequiredText("chatID", most: 1000);
        call.Arguments.Check();
        await chats.SetReminderAsync(call.Access, chatId, null, cancellationToken);
        return new ToolAnswer("The chat has no reminder.", new JsonObject { ["chatID"] = chatId, ["cleared"] = true });
    }

    private async Task<ToolAnswer> FocusAsync(ToolCall call, CancellationToken cancellationToken)
    {
        var arguments = call.Arguments;
        var (chatId, messageId) = (arguments.Text("chatID", most: 1000), arguments.Text("messageID", most: 1000));
        var text = arguments.Text("draftText", most: LongestDraft);
        var attachment = arguments.Text("draftAttachmentPath", most: 4096) is { } path ? Attachment(call, path) : null;
        var (clear, read) = (arguments.Flag("clearDraft") ?? false, arguments.Flag("markRead") ?? false);
        if (chatId is null && (clear || read || text is not null || arguments.Has("draftAttachmentPath")))
            arguments.Add("required", "Say which chat.", "chatID");
        arguments.Check();
        var writes = text is not null || attachment is not null;
        if (chatId is null)
            return new ToolAnswer("Nothing was done: this server has no window.", new JsonObject { ["focused"] = false });
        if (clear)
            await chats.UpdateAsync(call.Access, chatId, new ChatChange { Draft = new(null) }, cancellationToken);
        if (writes)
            await WriteDraftAsync(call.Access, chatId, text ?? "", attachment, cancellationToken);
        if (read)
            await chats.MarkReadAsync(call.Access, chatId, messageId, cancellationToken);
        var chat = chats.Get(call.Access, chatId, Chats.DefaultParticipants);
        return new ToolAnswer(
            (writes ? "The draft is written; nothing was sent. " : clear ? "There is no draft any more. " : "")
                + (read ? "The chat is marked read. " : "") + "This server has no window that could come to the front.",
            new JsonObject
            {
                ["focused"] = false,
                ["draftChanged"] = writes || clear,
                ["markedRead"] = read,
                ["chat"] = shapes.Chat(chat, call.BaseUrl),
                ["notice"] = ToolText.Notice,
            });
    }

    private Task WriteDraftAsync(
        Core.Access.Access access, string chatId, string text, AttachmentRequest? attachment, CancellationToken cancellationToken)
    {
        if (chats.Get(access, chatId, 0).Draft is not null)
        {
            throw new RefusedException(
                Refusal.Conflict, "This chat has a draft already. Ask the user, then repeat the call with clearDraft: true.");
        }

        return chats.FillDraftAsync(access, chatId, text, attachment, cancellationToken);
    }

    private AttachmentRequest? Attachment(ToolCall call, string path)
    {
        var local = Uri.TryCreate(path, UriKind.Absolute, out var url) && url.IsFile ? url.LocalPath : path;
        if (uploads.FindByPath(call.Access, local) is { } upload)
            return new AttachmentRequest { UploadId = upload.Id };
        // Any other path would let a model read the server's disk.
        call.Arguments.Add("invalid_value", "Only files that were uploaded to this server can be put into a draft.", "draftAttachmentPath");
        return null;
    }
}
