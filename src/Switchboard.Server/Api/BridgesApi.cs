using Switchboard.Core;
using Switchboard.Core.Logins;
using Switchboard.Networks;
using Switchboard.Server.Http;
using Switchboard.Server.Mapping;
using Switchboard.Server.Spec;
using Switchboard.Wire;
using Domain = Switchboard.Core.Accounts;

namespace Switchboard.Server.Api;

/// <summary>Kinds of network and logging in to them (rest.md §7.4).</summary>
internal sealed class BridgesApi(Domain.Accounts accounts, LoginSupervisor logins, LoginSessions sessions, WireMapper map)
{
    /// <summary>Maps the routes.</summary>
    public void Map(Routes routes)
    {
        routes.Map(Operations.ListBridges, request => new ItemList<Bridge>
        {
            Items = logins.Networks.Select(network => ToWire(request, network)).ToList(),
        });
        routes.Map(Operations.GetBridge, request => ToWire(request, Network(request)));
        routes.Map(Operations.GetBridgeCapabilities, request => ProvisioningMapping.ToWire(Network(request).Description.Provisioning));
        routes.Map(Operations.ListLoginFlows, request => new ItemList<Wire.LoginFlow>
        {
            Items = Network(request).LoginFlows
                .Select(flow => new Wire.LoginFlow { Id = flow.Id, Name = flow.Name, Description = flow.Description }).ToList(),
        });
        routes.Map(Operations.ListBridgeLogins, request => new ItemList<BridgeLogin>
        {
            Items = LoginsOf(request).Select(login => ToWire(request, login)).ToList(),
        });
        routes.Map(Operations.GetBridgeLogin, request => ToWire(request, LoginOf(request)));
        routes.Map(Operations.RemoveBridgeLogin, RemoveAsync);
        routes.Map(Operations.CreateLoginSession, StartAsync);
        routes.Map(Operations.GetLoginSession, request => SessionMapping.ToWire(
            sessions.Get(request.Access, request.Path("bridgeID"), request.Path("loginSessionID")), map, request.BaseUrl));
        routes.Map(Operations.CancelLoginSession, CancelAsync);
        routes.Map(Operations.SubmitLoginStep, SubmitAsync);
    }

    private INetwork Network(ApiRequest request) =>
        logins.FindNetwork(request.Path("bridgeID")) ?? throw RefusedException.NotFound("Bridge", request.Path("bridgeID"));

    private Bridge ToWire(ApiRequest request, INetwork network)
    {
        var description = network.Description;
        var own = accounts.List(request.Access).Where(account => account.LoginNetwork == description.BridgeId).ToList();
        return new Bridge
        {
            Id = description.BridgeId,
            Type = description.BridgeType,
            Provider = description.Provider == Networks.BridgeProvider.Local ? Wire.BridgeProvider.Local : Wire.BridgeProvider.SelfHosted,
            DisplayName = description.DisplayName,
            Network = description.DisplayName,
            // Clients add an account only while it says available (rest.md §7.4).
            Status = description.SupportsMultipleAccounts || own.Count == 0 ? BridgeStatus.Available : BridgeStatus.Connected,
            SupportsMultipleAccounts = description.SupportsMultipleAccounts,
            Accounts = own.Select(account => map.ToWire(account, request.BaseUrl)).ToList(),
            ActiveAccountCount = own.Count(account => logins.HealthOf(account.LoginKey) == LoginHealth.Connected),
        };
    }

    private IEnumerable<IGrouping<string, Domain.Account>> LoginsOf(ApiRequest request)
    {
        var bridge = Network(request).Description.BridgeId;
        return accounts.List(request.Access).Where(account => account.LoginNetwork == bridge).GroupBy(account => account.LoginRemoteId);
    }

    private IGrouping<string, Domain.Account> LoginOf(ApiRequest request)
    {
        var id = request.Path("loginID");
        return LoginsOf(request).FirstOrDefault(login => login.Key == id) ?? throw RefusedException.NotFound("Login", id);
    }

    private BridgeLogin ToWire(ApiRequest request, IGrouping<string, Domain.Account> login)
    {
        var first = login.First();
        return new BridgeLogin
        {
            BridgeId = first.LoginNetwork,
            LoginId = login.Key,
            Status = logins.HealthOf(first.LoginKey) switch
            {
                LoginHealth.Connected => BridgeLoginStatus.Connected,
                LoginHealth.Connecting => BridgeLoginStatus.Connecting,
                LoginHealth.Expired => BridgeLoginStatus.NeedsLogin,
                var health => throw new InvalidOperationException($"Unknown health {health}."),
            },
            RemoveScopes = [RemoveScope.CurrentDevice],
            AccountIds = login.Select(account => account.Id).ToList(),
            User = map.ToWire(first.Self, request.BaseUrl),
        };
    }

    private async Task<RemoveLoginOutput> RemoveAsync(ApiRequest request, CancellationToken cancellationToken)
    {
        var (_, body) = await JsonBody.ReadAsync(request.Http.Request, cancellationToken);
        var scope = body.OneOf("scope", ("current-device", RemoveScope.CurrentDevice), ("all-devices", RemoveScope.AllDevices))
            ?? RemoveScope.CurrentDevice;
        body.Check();
        var login = LoginOf(request);
        if (scope == RemoveScope.AllDevices)
            throw new RefusedException(Refusal.Unsupported, "Logging out all devices is not possible here; use scope current-device.");
        var removed = await accounts.RemoveAsync(request.Access, login.First(), cancellationToken);
        return new RemoveLoginOutput
        {
            BridgeId = request.Path("bridgeID"),
            LoginId = login.Key,
            Scope = scope,
            AffectedAccountIds = removed,
        };
    }

    private async Task<Wire.LoginSession> StartAsync(ApiRequest request, CancellationToken cancellationToken)
    {
        var (_, body) = await JsonBody.ReadAsync(request.Http.Request, cancellationToken);
        var (flow, login, account) = (body.Text("flowID", 1), body.Text("loginID", 1), body.Text("accountID", 1));
        body.Check();
        var session = await sessions.StartAsync(request.Access, request.Path("bridgeID"), flow, login, account, cancellationToken);
        return SessionMapping.ToWire(session, map, request.BaseUrl);
    }

    private async Task<CancelLoginSessionOutput> CancelAsync(ApiRequest request, CancellationToken cancellationToken)
    {
        var (bridge, id) = (request.Path("bridgeID"), request.Path("loginSessionID"));
        await sessions.CancelAsync(request.Access, bridge, id, cancellationToken);
        return new CancelLoginSessionOutput { BridgeId = bridge, LoginSessionId = id };
    }

    private async Task<Wire.LoginSession> SubmitAsync(ApiRequest request, CancellationToken cancellationToken)
    {
        var (_, body) = await JsonBody.ReadAsync(request.Http.Request, cancellationToken);
        _ = body.OneOf("type", ("user_input", 0), ("cookies", 1), ("display_and_wait", 2));
        var fields = body.TextMap("fields");
        body.Check();
        var session = await sessions.SubmitAsync(
            request.Access, request.Path("bridgeID"), request.Path("loginSessionID"), request.Path("stepID"), fields, cancellationToken);
        return SessionMapping.ToWire(session, map, request.BaseUrl);
    }
}
