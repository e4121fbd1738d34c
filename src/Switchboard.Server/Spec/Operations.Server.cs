using Switchboard.Wire;

namespace Switchboard.Server.Spec;

/// <content>Operations of the server group.</content>
internal static partial class Operations
{
    /// <summary>Says what this server is and where its endpoints are.</summary>
    public static Operation GetInfo { get; } = new()
    {
        Id = "getInfo",
        Tag = ServerTag,
        Method = "GET",
        Pattern = "/v1/info",
        Summary = "Says what this server is and where its endpoints are.",
        Access = Scope.Public,
        Response = Json<Info>(),
        OnlyServerErrors = true,
    };

    /// <summary>Gives this document.</summary>
    public static Operation GetSpec { get; } = new()
    {
        Id = "getSpec",
        Tag = ServerTag,
        Method = "GET",
        Pattern = "/v1/spec",
        Summary = "Gives this document.",
        Access = Scope.Public,
        Response = new ResponseBody.AnyJson(),
        OnlyServerErrors = true,
    };

    /// <summary>Says whether the server is ready for use.</summary>
    public static Operation GetSetup { get; } = new()
    {
        Id = "getSetup",
        Tag = ServerTag,
        Method = "GET",
        Pattern = "/v1/app/setup",
        Summary = "Says whether the server is ready for use.",
        Description =
            "Needs no token until the server has an owner.",
        Access = Scope.Read,
        OpenBeforeSetup = true,
        Response = Json<SetupState>(),
    };

    /// <summary>Asks open user interfaces to show a chat, and leaves a draft in it.</summary>
    public static Operation Focus { get; } = new()
    {
        Id = "focus",
        Tag = ServerTag,
        Method = "POST",
        Pattern = "/v1/focus",
        Summary = "Asks open user interfaces to show a chat, and leaves a draft in it.",
        Access = Scope.Write,
        LeavesNothing = true,
        Body = OptionalBody<FocusInput>(),
        Response = Json<FocusOutput>(),
    };

    /// <summary>Searches chats, group members and messages at once.</summary>
    public static Operation Search { get; } = new()
    {
        Id = "search",
        Tag = ServerTag,
        Method = "GET",
        Pattern = "/v1/search",
        Summary = "Searches chats, group members and messages at once.",
        Access = Scope.Read,
        Query = [QueryText("Literal words; all must match.", required: true)],
        Response = Json<UnifiedSearchOutput>(),
    };

    /// <summary>Opens the WebSocket for live events.</summary>
    public static Operation ConnectEvents { get; } = new()
    {
        Id = "connectEvents",
        Tag = ServerTag,
        Method = "GET",
        Pattern = "/v1/ws",
        Summary = "Opens the WebSocket for live events.",
        Description =
            "After WSReadyMessage, send SetSubscriptionsMessage; its answer is WSSubscriptionsUpdatedMessage or WSErrorMessage, and "
            + "WSDomainEventMessage frames follow.",
        Access = Scope.Read,
        ProtocolSwitch = true,
        ExtraStatuses = [new ExtraStatus(426, "The request does not ask for a WebSocket.", HasError: true)],
    };
}
