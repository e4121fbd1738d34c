using System.Text.Json;
using Microsoft.Extensions.Logging;
using Switchboard.Matrix.Api;
using Switchboard.Matrix.Timeline;
using Switchboard.Networks;

namespace Switchboard.Matrix.Login;

/// <summary>A session that a homeserver has just opened or confirmed.</summary>
/// <param name="Homeserver">Base URL.</param>
/// <param name="UserId">Whose.</param>
/// <param name="DeviceId">Its device; empty when the homeserver names none.</param>
/// <param name="Token">Its token.</param>
internal sealed record OpenedSession(Uri Homeserver, string UserId, string DeviceId, string Token)
{
    /// <summary>For logs: without the token.</summary>
    public override string ToString() => $"session of {UserId} at {Homeserver}";
}

/// <summary>What all ways to log in ask of a homeserver.</summary>
/// <remarks>
/// Refresh tokens are never asked for: a token that rotates would have to be stored before it is used, which the server does for
/// a login only when a person logs in. Homeservers then give a token that stays good until it is revoked.
/// </remarks>
internal sealed partial class LoginCalls(Func<Uri, string?, MatrixApi> open, LoginRegistry registry, ILogger logger)
{
    /// <summary>What a homeserver's list of devices calls this one.</summary>
    private const string DeviceName = "Switchboard";
    private const int LongestToken = 8192;
    private const int LongestName = 255;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan PatienceForProfile = TimeSpan.FromSeconds(5);

    /// <summary>The homeserver that the fields mean, or that of the login that is to work again.</summary>
    /// <exception cref="InvalidFieldsException">There is none.</exception>
    /// <exception cref="ClearTextException">What is sent there could be read on the way, and nobody has agreed to that.</exception>
    public async Task<Uri> FindHomeserverAsync(
        string given, LoginState? known, ClearTextConsent consent, CancellationToken cancellationToken)
    {
        var found = await FindHomeserverAsync(given, known, cancellationToken);
        if (found != known?.Homeserver)
            consent.Demand(SaidInTheClear(given, found) ?? found);
        return found;
    }

    // Where a site says in the clear that its homeserver is, anybody on the way may have said.
    private static Uri? SaidInTheClear(string given, Uri found) =>
        found.Scheme == Uri.UriSchemeHttps && Uri.TryCreate(given.Trim(), UriKind.Absolute, out var site) && site.Scheme == Uri.UriSchemeHttp
            ? site : null;

    private async Task<Uri> FindHomeserverAsync(string given, LoginState? known, CancellationToken cancellationToken)
    {
        if (given.Length == 0 && known is not null)
            return known.Homeserver;
        if (given.Length == 0)
            throw LoginFields.Wrong(
                LoginFields.Homeserver, "This is needed, unless the user name is a whole user id such as @ada:example.org.");
        try
        {
            return await new Discovery(place => open(place, null)).FindAsync(given, cancellationToken);
        }
        catch (NetworkException e)
        {
            throw LoginFields.Wrong(LoginFields.Homeserver, e.Message);
        }
    }

    /// <summary>The ways to log in that a homeserver offers, such as <c>m.login.password</c>.</summary>
    public async Task<IReadOnlyList<string>> WaysAsync(Uri homeserver, CancellationToken cancellationToken)
    {
        using var api = open(homeserver, null);
        using var answer = await api.GetAsync("v3/login", Patience, cancellationToken);
        return answer.RootElement.Items("flows").Select(flow => flow.Text("type")).OfType<string>().ToList();
    }

    /// <summary>Logs in, as the device that the user has here already if there is one.</summary>
    /// <param name="homeserver">Base URL.</param>
    /// <param name="user">User id or user name, if known before; decides which device it is.</param>
    /// <param name="write">Writes the members of the request that this way to log in needs.</param>
    /// <param name="known">The login that is to work again.</param>
    /// <param name="cancellationToken">Stops waiting.</param>
    public async Task<OpenedSession> LogInAsync(
        Uri homeserver, string? user, Action<Utf8JsonWriter> write, LoginState? known, CancellationToken cancellationToken)
    {
        var device = known?.DeviceId ?? (user is null ? null : registry.Find(user, homeserver)?.DeviceId);
        using var api = open(homeserver, null);
        var body = Json.Object(json =>
        {
            write(json);
            json.WriteString("initial_device_display_name", DeviceName);
            if (device is { Length: > 0 })
                json.WriteString("device_id", device);
        });
        using var answer = await api.SendAsync(HttpMethod.Post, "v3/login", body, cancellationToken);
        return Opened(homeserver, answer.RootElement, answer.RootElement.Text("access_token"));
    }

    /// <summary>Whose session a token is.</summary>
    public async Task<OpenedSession> WhoAmIAsync(Uri homeserver, string token, CancellationToken cancellationToken)
    {
        using var api = open(homeserver, token);
        using var answer = await api.GetAsync("v3/account/whoami", Patience, cancellationToken);
        return Opened(homeserver, answer.RootElement, token);
    }

    // Whatever of it goes into a header or a path must be fit for that.
    private static OpenedSession Opened(Uri homeserver, JsonElement answer, string? token) =>
        answer.Id("user_id") is { } user && LoginNames.ServerOf(user) is not null && !user.Any(char.IsControl)
        && token is { Length: > 0 and <= LongestToken } && !token.Any(character => character is <= ' ' or > '~')
            ? new OpenedSession(homeserver, user, answer.Id("device_id") ?? "", token)
            : throw MatrixFailures.Nonsense(null);

    /// <summary>The login that a session makes.</summary>
    /// <param name="opened">The session.</param>
    /// <param name="known">The login that is to work again.</param>
    /// <param name="field">The field to blame when the session is another user's.</param>
    /// <param name="isOurs">Whether the session was opened just now, so that it is ended again when it is of no use.</param>
    /// <param name="cancellationToken">Stops waiting.</param>
    public async Task<LoginStep.Complete> CompleteAsync(
        OpenedSession opened, LoginState? known, string field, bool isOurs, CancellationToken cancellationToken)
    {
        if (known is not null && known.UserId != opened.UserId)
        {
            if (isOurs)
                await LogOutAsync(opened.Homeserver, opened.Token, CancellationToken.None);
            throw LoginFields.Wrong(
                field, $"This is {opened.UserId}, but the login is that of {known.UserId}. Add another account for another user.");
        }

        var entered = registry.Enter(opened.UserId, opened.DeviceId, opened.Homeserver);
        var state = new LoginState
        {
            Homeserver = opened.Homeserver,
            UserId = opened.UserId,
            DeviceId = opened.DeviceId,
            AccessToken = opened.Token,
            AccountId = known?.AccountId ?? entered.AccountId,
        };
        var account = await DescribeAsync(state, cancellationToken);
        return new LoginStep.Complete(new NewLogin(new StoredLogin(entered.RemoteId, state.ToText()), [account])) { StepId = "complete" };
    }

    /// <summary>Ends a session. One that has ended already, or whose homeserver is gone, is no failure.</summary>
    public async Task LogOutAsync(Uri homeserver, string token, CancellationToken cancellationToken)
    {
        using var api = open(homeserver, token);
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        patience.CancelAfter(Patience);
        try
        {
            using var answer = await api.SendAsync(HttpMethod.Post, "v3/logout", ReadOnlyMemory<byte>.Empty, patience.Token);
        }
        catch (NetworkException e)
        {
            if (e.Kind is not NetworkFailure.LoginExpired)
                LogNotLoggedOut(logger, e.Kind);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            LogNotLoggedOut(logger, NetworkFailure.Transient);
        }
    }

    private async Task<RemoteAccount> DescribeAsync(LoginState state, CancellationToken cancellationToken)
    {
        var session = new MatrixSession(state.UserId, state.DeviceId, state.AccountId);
        try
        {
            using var api = open(state.Homeserver, state.AccessToken);
            using var profile = await api.GetAsync("v3/profile/" + MatrixApi.Escape(state.UserId), PatienceForProfile, cancellationToken);
            return OwnAccount.Of(session, profile.RootElement.Text("displayname", LongestName), Pictures.Of(profile.RootElement.Text("avatar_url")));
        }
        catch (NetworkException)
        {
            // Its name is no reason to refuse a login; the first sync brings it.
            return OwnAccount.Of(session, null, null);
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "A session could not be ended at its homeserver ({Kind}); it is forgotten here all the same")]
    private static partial void LogNotLoggedOut(ILogger logger, NetworkFailure kind);
}
