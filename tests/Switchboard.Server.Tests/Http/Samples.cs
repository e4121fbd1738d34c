using System.Text;
using System.Text.RegularExpressions;
using Switchboard.Server.Spec;
using Switchboard.Server.Tests.Hosting;

namespace Switchboard.Server.Tests.Http;

/// <summary>What the parameters of a path and the ids in a body are to name.</summary>
internal sealed record Target
{
    public string Account { get; init; } = "local_nobody";

    public string Chat { get; init; } = "!nowhere:switchboard.localhost";

    public string Message { get; init; } = "99999999";

    public string Login { get; init; } = "nobody";

    public string Session { get; init; } = "lgn_none";

    public string Media { get; init; } = "mxc://switchboard.localhost/none";
}

/// <summary>A good request for every operation.</summary>
internal static partial class Samples
{
    /// <summary>The path and query, every part encoded.</summary>
    public static string PathOf(Operation operation, Target target)
    {
        var path = Parameter().Replace(operation.Pattern, match => Uri.EscapeDataString(match.Groups[1].Value switch
        {
            "accountID" => target.Account,
            "bridgeID" => "local",
            "chatID" => target.Chat,
            "messageID" => target.Message,
            "loginID" => target.Login,
            "loginSessionID" => target.Session,
            "stepID" => "identity",
            "reactionKey" => "👍",
            var name => throw new InvalidOperationException($"No sample for {name}."),
        }));
        var query = operation.Query.Where(parameter => parameter.Required)
            .Select(parameter => $"{parameter.Name}={Uri.EscapeDataString(parameter.Name == "url" ? target.Media : "a")}");
        return path + string.Concat(query.Select((pair, index) => (index == 0 ? "?" : "&") + pair));
    }

    /// <summary>The JSON body, if the operation takes one.</summary>
    public static string? JsonOf(Operation operation, Target target) => operation.Id switch
    {
        "focus" => $$"""{"chatID":"{{target.Chat}}","draftText":"draft"}""",
        "createChat" => $$"""{"accountID":"{{target.Account}}","type":"group","participantIDs":["@ada:switchboard.localhost"],"title":"t"}""",
        "startChat" => $$"""{"accountID":"{{target.Account}}","user":{"id":"@ada:switchboard.localhost","username":"ada"},"allowInvite":false}""",
        "updateChat" => """
            {"draft":{"text":"x","attachments":{"a":{"id":"a","uploadID":"upl_none","type":"image","size":{"width":1,"height":2}}}},
            "isArchived":false,"isLowPriority":false,"isMuted":false,"isPinned":false,"messageExpirySeconds":3600}
            """,
        "archiveChat" => """{"archived":true}""",
        "markChatRead" or "markChatUnread" => $$"""{"messageID":"{{target.Message}}"}""",
        "notifyAnyway" => "{}",
        "setReminder" => """{"reminder":{"remindAt":"2099-01-01T00:00:00Z","dismissOnIncomingMessage":true}}""",
        "setTyping" => """{"state":"typing"}""",
        "sendMessage" => """
            {"text":"hi *there*","replyToMessageID":"1","mentions":["@ada:switchboard.localhost"],"disableLinkPreview":true,
            "attachment":{"uploadID":"upl_none","type":"image","fileName":"a.png","mimeType":"image/png","duration":1.5,"size":{"width":1,"height":2}}}
            """,
        "editMessage" => """{"text":"changed"}""",
        "addReaction" => """{"reactionKey":"👍","transactionID":"t1"}""",
        "downloadAsset" => $$"""{"url":"{{target.Media}}"}""",
        "uploadAssetBase64" => """{"content":"aGVsbG8=","fileName":"a.txt","mimeType":"text/plain"}""",
        "removeBridgeLogin" => """{"scope":"current-device"}""",
        "createLoginSession" => $$"""{"flowID":"identity","accountID":"{{target.Account}}"}""",
        "submitLoginStep" => """{"type":"user_input","fields":{"username":"eve","displayName":"Eve"}}""",
        _ when operation.Body is not RequestBody.Json => null,
        _ => throw new InvalidOperationException($"No sample for {operation.Id}."),
    };

    /// <summary>The body, if the operation takes one.</summary>
    public static HttpContent? BodyOf(Operation operation, Target target)
    {
        if (operation.Body is not RequestBody.Multipart)
            return JsonOf(operation, target) is { } json ? TestServer.Json(Encoding.UTF8.GetBytes(json)) : null;
        return new MultipartFormDataContent { { new ByteArrayContent("hello"u8.ToArray()), "file", "a.txt" } };
    }

    [GeneratedRegex(@"\{(\w+)\}")]
    private static partial Regex Parameter();
}
