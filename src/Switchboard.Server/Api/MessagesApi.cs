using Switchboard.Core.Messages;
using Switchboard.Server.Http;
using Switchboard.Server.Mapping;
using Switchboard.Server.Spec;
using Switchboard.Wire;
using Messages = Switchboard.Core.Messages.Messages;

namespace Switchboard.Server.Api;

/// <summary>Messages and reactions (rest.md §5).</summary>
internal sealed class MessagesApi(Messages messages, MessageSearch search, WireMapper map, RenderedJson rendered)
{
    private const int LongestText = 1_000_000;
    private const int LongestReaction = 100;

    /// <summary>Maps the routes.</summary>
    public void Map(Routes routes)
    {
        routes.MapRaw(Operations.ListMessages, ListAsync);
        routes.Map(Operations.GetMessage, async (request, cancellationToken) => map.ToWire(
            await messages.GetAsync(request.Access, request.Path("chatID"), request.Path("messageID"), cancellationToken)));
        routes.Map(Operations.SendMessage, SendAsync);
        routes.Map(Operations.EditMessage, EditAsync);
        routes.Map(Operations.DeleteMessage, DeleteAsync);
        routes.Map(Operations.SearchMessages, Search);
        routes.Map(Operations.AddReaction, ReactAsync);
        routes.Map(Operations.RemoveReaction, UnreactAsync);
    }

    private async Task ListAsync(ApiRequest request, CancellationToken cancellationToken)
    {
        var page = request.Page(25, 200);
        request.Check();
        byte[]? json = null;
        var listed = await messages.ListAsync(
            request.Access, request.Path("chatID"), page, stamp => (json = rendered.FindMessages(stamp, page)) is not null, cancellationToken);
        await JsonResponse.WriteRawAsync(
            request.Http.Response, listed.Page is null ? json! : rendered.Messages(listed, page), cancellationToken);
    }

    private async Task<SendMessageOutput> SendAsync(ApiRequest request, CancellationToken cancellationToken)
    {
        var (bytes, body) = await JsonBody.ReadAsync(request.Http.Request, cancellationToken);
        var attachment = body.Object("attachment");
        var send = new SendRequest
        {
            Text = body.Text("text", most: LongestText),
            ReplyTo = body.Text("replyToMessageID", least: 1),
            Attachment = attachment is null ? null : AttachmentBody.Read(attachment),
            Mentions = body.Texts("mentions", most: 500) ?? [],
        };
        _ = body.Flag("disableLinkPreview");
        if (string.IsNullOrEmpty(send.Text) && attachment is null && !body.Has("attachment"))
            body.Add("required", "A message needs text or an attachment.", "text");
        body.Check();
        var (chatId, messageId) = await messages.SendAsync(
            request.Access, request.Path("chatID"), send, SendIdentity.Of(request.Http.Request, bytes), cancellationToken);
        request.Concerns(chat: chatId, message: messageId);
        return new SendMessageOutput { ChatId = chatId, PendingMessageId = messageId };
    }

    private async Task<EditMessageOutput> EditAsync(ApiRequest request, CancellationToken cancellationToken)
    {
        var (_, body) = await JsonBody.ReadAsync(request.Http.Request, cancellationToken);
        var text = body.RequiredText("text", most: LongestText);
        body.Check();
        return new EditMessageOutput(map.ToWire(await messages.EditAsync(
            request.Access, request.Path("chatID"), request.Path("messageID"), text, cancellationToken)));
    }

    private async Task DeleteAsync(ApiRequest request, CancellationToken cancellationToken)
    {
        var forEveryone = request.Flag("forEveryone");
        // The official chat adapter says it in a body; the query wins (rest.md §5).
        var (_, body) = await JsonBody.ReadAsync(request.Http.Request, cancellationToken);
        forEveryone ??= body.Flag("forEveryone");
        request.Check();
        body.Check();
        await messages.DeleteAsync(
            request.Access, request.Path("chatID"), request.Path("messageID"), forEveryone ?? true, cancellationToken);
    }

    private RenderedSearchPage Search(ApiRequest request)
    {
        var page = request.Page(20, 20);
        var filter = new MessageFilter
        {
            Query = request.Text("query") ?? request.Text("q"),
            Chats = request.Texts("chatIDs"),
            Accounts = request.Texts("accountIDs"),
            InGroup = request.OneOf("chatType", ("single", false), ("group", true)),
            Media = Media(request),
            Sender = request.Text("sender"),
            After = request.Time("dateAfter"),
            Before = request.Time("dateBefore"),
            IncludeMuted = request.Flag("includeMuted") ?? true,
            ExcludeLowPriority = request.Flag("excludeLowPriority") ?? true,
        };
        request.Check();
        var known = rendered.ChatsFor(request.BaseUrl, withPreviews: false);
        return known.Json(search.Find(request.Access, filter, page, known.Has));
    }

    private static List<MediaKind> Media(ApiRequest request)
    {
        var kinds = new List<MediaKind>();
        foreach (var text in request.Texts("mediaTypes") ?? [])
        {
            MediaKind? kind = text switch
            {
                "any" => MediaKind.Any,
                "video" => MediaKind.Video,
                "image" => MediaKind.Image,
                "link" => MediaKind.Link,
                "file" => MediaKind.File,
                _ => null,
            };
            if (kind is { } known)
                kinds.Add(known);
            else
                request.Add("invalid_value", "Expected one of: any, video, image, link, file.", "mediaTypes");
        }

        return kinds;
    }

    private async Task<AddReactionOutput> ReactAsync(ApiRequest request, CancellationToken cancellationToken)
    {
        var (_, body) = await JsonBody.ReadAsync(request.Http.Request, cancellationToken);
        var key = body.RequiredText("reactionKey", most: LongestReaction);
        var transaction = body.Text("transactionID", 1, 255);
        body.Check();
        var (chatId, messageId, id) = await messages.ReactAsync(
            request.Access, request.Path("chatID"), request.Path("messageID"), key, transaction, cancellationToken);
        return new AddReactionOutput { ChatId = chatId, MessageId = messageId, ReactionKey = key, TransactionId = id };
    }

    private async Task<RemoveReactionOutput> UnreactAsync(ApiRequest request, CancellationToken cancellationToken)
    {
        // In the path, or as older clients have it in the query or the body (rest.md §5).
        var key = request.HasPath("reactionKey") ? request.Path("reactionKey") : request.Text("reactionKey");
        if (key is null)
        {
            var (_, body) = await JsonBody.ReadAsync(request.Http.Request, cancellationToken);
            key = body.RequiredText("reactionKey", most: LongestReaction);
            body.Check();
        }

        var (chatId, messageId) = await messages.UnreactAsync(
            request.Access, request.Path("chatID"), request.Path("messageID"), key, cancellationToken);
        return new RemoveReactionOutput { ChatId = chatId, MessageId = messageId, ReactionKey = key };
    }
}
