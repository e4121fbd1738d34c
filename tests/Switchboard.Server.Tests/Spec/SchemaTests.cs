using System.Text.Json.Nodes;
using Switchboard.Server.Spec;
using Xunit;

namespace Switchboard.Server.Tests.Spec;

public sealed class SchemaTests
{
    private static readonly JsonObject Schemas =
        JsonNode.Parse(ApiDocument.Utf8.Span)!["components"]!["schemas"]!.AsObject();

    public static TheoryData<string> ContractNames =>
    [
        "Chat", "ChatWithPreview", "CreateChatOutput", "Participants", "Participant", "ChatCapabilities", "AttachmentCapabilities",
        "ChatStateCapabilities", "ChatDraft", "DraftAttachment", "Reminder", "Snooze", "Message", "EditMessageOutput", "SendStatus",
        "SendMessageOutput", "Attachment", "LinkPreview", "Reaction", "User", "Account", "AccountBridge", "MessageSearchPage",
        "UnifiedSearchOutput", "UploadAssetOutput", "DownloadAssetOutput", "Info", "Error", "Label", "Bridge", "BridgeLogin",
        "LoginSession", "ProvisioningCapabilities", "SetupState", "Verification", "SetSubscriptionsMessage", "WSReadyMessage",
        "WSSubscriptionsUpdatedMessage", "WSErrorMessage", "WSDomainEventMessage",
    ];

    [Theory]
    [MemberData(nameof(ContractNames))]
    public void A_name_of_the_contract_has_a_schema(string name) => Assert.True(Schemas.ContainsKey(name));

    [Theory]
    [InlineData("Chat", "id accountID network title type participants unreadCount")]
    [InlineData("Message", "id chatID accountID senderID timestamp sortKey")]
    [InlineData("User", "id")]
    [InlineData("Account", "accountID bridge user")]
    [InlineData("Attachment", "type")]
    [InlineData("UploadAssetOutput", "")]
    [InlineData("Error", "message code")]
    [InlineData("ChatPage", "items hasMore oldestCursor newestCursor")]
    [InlineData("MessageSearchPage", "items hasMore oldestCursor newestCursor chats")]
    [InlineData("WSReadyMessage", "type version chatIDs")]
    [InlineData("WSDomainEventMessage", "type seq ts chatID ids")]
    [InlineData("DisplayAndWaitStep", "type stepID display")]
    [InlineData("UpdateChatInput", "")]
    public void Required_fields_are_those_of_the_contract(string name, string fields)
    {
        var required = Schemas[name]!["required"]?.AsArray().Select(r => r!.GetValue<string>()) ?? [];

        Assert.Equal(fields.Split(' ', StringSplitOptions.RemoveEmptyEntries).Order(), required.Order());
    }

    [Theory]
    [InlineData("Chat", "localChatID description imgURL messageExpirySeconds draft reminder snooze")]
    [InlineData("Message", "mentions")]
    [InlineData("ChatPage", "oldestCursor newestCursor")]
    [InlineData("UpdateChatInput", "title description imgURL messageExpirySeconds draft")]
    [InlineData("User", "")]
    [InlineData("Account", "")]
    public void Nullable_fields_are_those_of_the_contract(string name, string fields)
    {
        var nullable = Schemas[name]!["properties"]!.AsObject().Where(p => AllowsNull(p.Value!)).Select(p => p.Key);

        Assert.Equal(fields.Split(' ', StringSplitOptions.RemoveEmptyEntries).Order(), nullable.Order());
    }

    [Theory]
    [InlineData("SendStatus", "status", """{"enum":["SUCCESS","PENDING","FAIL_RETRIABLE","FAIL_PERMANENT"],"type":"string"}""")]
    [InlineData("Attachment", "type", """{"enum":["unknown","img","video","audio"],"type":"string"}""")]
    [InlineData("AccountBridge", "provider", """{"enum":["cloud","self-hosted","local","platform-sdk"],"type":"string"}""")]
    [InlineData("Message", "timestamp", """{"type":"string","format":"date-time"}""")]
    [InlineData("Message", "editedTimestamp", """{"type":"string","format":"date-time"}""")]
    [InlineData("Message", "seen", """{"$ref":"#/components/schemas/Seen"}""")]
    [InlineData("Chat", "draft", """{"anyOf":[{"$ref":"#/components/schemas/ChatDraft"},{"type":"null"}]}""")]
    [InlineData("ChatCapabilities", "edit", """{"type":"integer","enum":[-2,-1,0,1,2]}""")]
    [InlineData("ValidationIssue", "path", """{"type":"array","items":{"type":["string","integer"]}}""")]
    [InlineData("WSReadyMessage", "version", """{"type":"integer","const":1}""")]
    [InlineData("EditMessageOutput", "success", """{"type":"boolean","const":true}""")]
    [InlineData("LoginSession", "error", """{"$ref":"#/components/schemas/Error"}""")]
    public void A_field_is_described_as(string name, string field, string schema) =>
        Assert.Equal(schema, Schemas[name]!["properties"]![field]!.ToJsonString());

    [Fact]
    public void Login_steps_are_told_apart_by_type()
    {
        var mapping = Schemas["LoginStep"]!["discriminator"]!["mapping"]!.AsObject();

        Assert.Equal(["user_input", "cookies", "display_and_wait", "complete"], mapping.Select(m => m.Key));
        Assert.All(mapping, entry =>
        {
            var step = entry.Value!.GetValue<string>().Split('/')[^1];
            Assert.Equal(entry.Key, Schemas[step]!["properties"]!["type"]!["const"]!.GetValue<string>());
        });
    }

    [Fact]
    public void Frames_allow_no_other_fields() => Assert.All(
        Schemas.Where(s => s.Key.StartsWith("WS", StringComparison.Ordinal)),
        frame => Assert.False(frame.Value!["additionalProperties"]!.GetValue<bool>()));

    private static bool AllowsNull(JsonNode schema) =>
        (schema["type"] is JsonArray types && types.Any(t => t!.GetValue<string>() is "null"))
        || (schema["anyOf"] is JsonArray options && options.Any(o => o!["type"] is JsonValue t && t.GetValue<string>() is "null"));
}
