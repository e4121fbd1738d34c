using Switchboard.Matrix.Api;
using Switchboard.Networks;

namespace Switchboard.Matrix.Login;

/// <summary>Logging in by user name and password: one step, the same again until it is right.</summary>
internal sealed class PasswordLogin(LoginCalls calls, LoginState? known, ClearTextConsent consent) : ILoginProcess
{
    /// <summary>The flow's id.</summary>
    public const string FlowId = "password";

    private const string Way = "m.login.password";

    /// <inheritdoc/>
    public LoginStep Current { get; private set; } = new LoginStep.UserInput(
    [
        LoginFields.ForHomeserver(known, optional: true),
        new LoginField
        {
            Id = LoginFields.Username,
            Label = "User name",
            Type = "username",
            Placeholder = known?.UserId ?? "@ada:example.org",
            Optional = known is not null,
        },
        new LoginField { Id = LoginFields.Password, Label = "Password", Type = "password" },
    ])
    {
        StepId = FlowId,
        Instructions = known is null
            ? "Your user name on Matrix and its password. The homeserver may be left out when the user name is a whole user id."
            : $"The password of {known.UserId}.",
    };

    /// <inheritdoc/>
    public async Task<LoginStep> SubmitAsync(IReadOnlyDictionary<string, string> fields, CancellationToken cancellationToken)
    {
        if (Current is LoginStep.Complete)
            return Current;
        if (known is null)
            LoginFields.Demand(fields, LoginFields.Username, LoginFields.Password);
        else
            LoginFields.Demand(fields, LoginFields.Password);
        var user = LoginFields.Of(fields, LoginFields.Username) is { Length: > 0 } given ? given : known!.UserId;
        var place = LoginFields.Of(fields, LoginFields.Homeserver);
        if (place.Length == 0 && known is null && LoginNames.ServerOf(user) is not null)
            place = user;
        var homeserver = await calls.FindHomeserverAsync(place, known, consent, cancellationToken);
        await DemandWayAsync(homeserver, cancellationToken);
        var opened = await TryAsync(homeserver, user, fields[LoginFields.Password], cancellationToken);
        return Current = await calls.CompleteAsync(opened, known, LoginFields.Username, isOurs: true, cancellationToken);
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    private async Task DemandWayAsync(Uri homeserver, CancellationToken cancellationToken)
    {
        var ways = await calls.WaysAsync(homeserver, cancellationToken);
        if (!ways.Contains(Way, StringComparer.Ordinal))
        {
            throw LoginFields.Wrong(
                LoginFields.Homeserver,
                ways.Contains(SsoLogin.Way, StringComparer.Ordinal)
                    ? "This homeserver does not log in by password. Use the single sign-on flow."
                    : "This homeserver does not log in by password. Use the access token flow.");
        }
    }

    private async Task<OpenedSession> TryAsync(Uri homeserver, string user, string password, CancellationToken cancellationToken)
    {
        try
        {
            return await calls.LogInAsync(
                homeserver, user,
                json =>
                {
                    json.WriteString("type", Way);
                    json.WriteStartObject("identifier");
                    json.WriteString("type", "m.id.user");
                    json.WriteString("user", user);
                    json.WriteEndObject();
                    json.WriteString("password", password);
                },
                known, cancellationToken);
        }
        catch (NetworkException e) when (e.InnerException is MatrixError { Code: "M_FORBIDDEN" })
        {
            throw LoginFields.Wrong(
                LoginFields.Password, $"The homeserver does not know {user} with this password. Check both and try again.");
        }
        catch (NetworkException e) when (e.InnerException is MatrixError { Code: "M_INVALID_USERNAME" or "M_INVALID_PARAM" or "M_UNKNOWN" })
        {
            throw LoginFields.Wrong(LoginFields.Username, e.Message);
        }
    }
}
