using Switchboard.Wire;

namespace Switchboard.Server.Spec;

/// <content>Operations of the bridges group.</content>
internal static partial class Operations
{
    /// <summary>Lists the ways to networks.</summary>
    public static Operation ListBridges { get; } = new()
    {
        Id = "listBridges",
        Tag = BridgesTag,
        Method = "GET",
        Pattern = "/v1/bridges",
        Summary = "Lists the ways to networks.",
        Access = Scope.Read,
        Response = Json<ItemList<Bridge>>(),
    };

    /// <summary>Gives one bridge.</summary>
    public static Operation GetBridge { get; } = new()
    {
        Id = "getBridge",
        Tag = BridgesTag,
        Method = "GET",
        Pattern = "/v1/bridges/{bridgeID}",
        Summary = "Gives one bridge.",
        Access = Scope.Read,
        Response = Json<Bridge>(),
    };

    /// <summary>Says how people can be found and groups made on a bridge.</summary>
    public static Operation GetBridgeCapabilities { get; } = new()
    {
        Id = "getBridgeCapabilities",
        Tag = BridgesTag,
        Method = "GET",
        Pattern = "/v1/bridges/{bridgeID}/capabilities",
        Summary = "Says how people can be found and groups made on a bridge.",
        Access = Scope.Read,
        Response = Json<ProvisioningCapabilities>(),
    };

    /// <summary>Lists the ways to sign in at a bridge.</summary>
    public static Operation ListLoginFlows { get; } = new()
    {
        Id = "listLoginFlows",
        Tag = BridgesTag,
        Method = "GET",
        Pattern = "/v1/bridges/{bridgeID}/login-flows",
        Summary = "Lists the ways to sign in at a bridge.",
        Access = Scope.Read,
        Response = Json<ItemList<LoginFlow>>(),
    };

    /// <summary>Lists the logins of a bridge.</summary>
    public static Operation ListBridgeLogins { get; } = new()
    {
        Id = "listBridgeLogins",
        Tag = BridgesTag,
        Method = "GET",
        Pattern = "/v1/bridges/{bridgeID}/logins",
        Aliases = ["/v1/bridges/{bridgeID}/connections"],
        Summary = "Lists the logins of a bridge.",
        Access = Scope.Read,
        Response = Json<ItemList<BridgeLogin>>(),
    };

    /// <summary>Gives one login.</summary>
    public static Operation GetBridgeLogin { get; } = new()
    {
        Id = "getBridgeLogin",
        Tag = BridgesTag,
        Method = "GET",
        Pattern = "/v1/bridges/{bridgeID}/logins/{loginID}",
        Aliases = ["/v1/bridges/{bridgeID}/connections/{loginID}"],
        Summary = "Gives one login.",
        Access = Scope.Read,
        Response = Json<BridgeLogin>(),
    };

    /// <summary>Removes a login and the accounts it brought.</summary>
    public static Operation RemoveBridgeLogin { get; } = new()
    {
        Id = "removeBridgeLogin",
        Tag = BridgesTag,
        Method = "POST",
        Pattern = "/v1/bridges/{bridgeID}/logins/{loginID}/remove",
        Aliases = ["/v1/bridges/{bridgeID}/connections/{loginID}/remove"],
        Summary = "Removes a login and the accounts it brought.",
        Access = Scope.Write,
        Body = Body<RemoveLoginInput>(),
        Response = Json<RemoveLoginOutput>(),
    };

    /// <summary>Starts a sign-in at a bridge.</summary>
    public static Operation CreateLoginSession { get; } = new()
    {
        Id = "createLoginSession",
        Tag = BridgesTag,
        Method = "POST",
        Pattern = "/v1/bridges/{bridgeID}/login-sessions",
        Summary = "Starts a sign-in at a bridge.",
        Access = Scope.Write,
        Body = OptionalBody<CreateLoginSessionInput>(),
        Response = Json<LoginSession>(),
    };

    /// <summary>Gives the state of a sign-in.</summary>
    public static Operation GetLoginSession { get; } = new()
    {
        Id = "getLoginSession",
        Tag = BridgesTag,
        Method = "GET",
        Pattern = "/v1/bridges/{bridgeID}/login-sessions/{loginSessionID}",
        Summary = "Gives the state of a sign-in.",
        Access = Scope.Read,
        Response = Json<LoginSession>(),
    };

    /// <summary>Gives a sign-in up.</summary>
    public static Operation CancelLoginSession { get; } = new()
    {
        Id = "cancelLoginSession",
        Tag = BridgesTag,
        Method = "DELETE",
        Pattern = "/v1/bridges/{bridgeID}/login-sessions/{loginSessionID}",
        Summary = "Gives a sign-in up.",
        Access = Scope.Write,
        Response = Json<CancelLoginSessionOutput>(),
    };

    /// <summary>Submits a step of a sign-in and gives the next.</summary>
    public static Operation SubmitLoginStep { get; } = new()
    {
        Id = "submitLoginStep",
        Tag = BridgesTag,
        Method = "POST",
        Pattern = "/v1/bridges/{bridgeID}/login-sessions/{loginSessionID}/steps/{stepID}",
        Summary = "Submits a step of a sign-in and gives the next.",
        Description =
            "A display_and_wait step is held for up to 25 seconds; when the same step comes back, submit it again.",
        Access = Scope.Write,
        Body = Body<SubmitLoginStepInput>(),
        Response = Json<LoginSession>(),
    };
}
