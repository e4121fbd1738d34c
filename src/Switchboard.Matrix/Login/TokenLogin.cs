using Switchboard.Networks;

namespace Switchboard.Matrix.Login;

/// <summary>Taking over a session that was opened elsewhere, by its token.</summary>
internal sealed class TokenLogin(LoginCalls calls, LoginState? known, ClearTextConsent consent) : ILoginProcess
{
    /// <summary>The flow's id.</summary>
    public const string FlowId = "access-token";

    /// <inheritdoc/>
    public LoginStep Current { get; private set; } = new LoginStep.UserInput(
    [
        LoginFields.ForHomeserver(known, optional: false),
        new LoginField { Id = LoginFields.AccessToken, Label = "Access token", Type = "password" },
    ])
    {
        StepId = FlowId,
        Instructions = "The access token of a session made for Switchboard alone: "
            + "it is used by no other program and ends when the account is removed here.",
    };

    /// <inheritdoc/>
    public async Task<LoginStep> SubmitAsync(IReadOnlyDictionary<string, string> fields, CancellationToken cancellationToken)
    {
        if (Current is LoginStep.Complete)
            return Current;
        if (known is null)
            LoginFields.Demand(fields, LoginFields.Homeserver, LoginFields.AccessToken);
        else
            LoginFields.Demand(fields, LoginFields.AccessToken);
        var token = LoginFields.Of(fields, LoginFields.AccessToken);
        if (token.Length == 0 || token.Any(character => character is <= ' ' or > '~'))
            throw LoginFields.Wrong(LoginFields.AccessToken, "This is not an access token.");
        var homeserver = await calls.FindHomeserverAsync(LoginFields.Of(fields, LoginFields.Homeserver), known, consent, cancellationToken);
        var opened = await WhoAmIAsync(homeserver, token, cancellationToken);
        return Current = await calls.CompleteAsync(opened, known, LoginFields.AccessToken, isOurs: false, cancellationToken);
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    private async Task<OpenedSession> WhoAmIAsync(Uri homeserver, string token, CancellationToken cancellationToken)
    {
        try
        {
            return await calls.WhoAmIAsync(homeserver, token, cancellationToken);
        }
        catch (NetworkException e) when (e.Kind is NetworkFailure.LoginExpired)
        {
            throw LoginFields.Wrong(LoginFields.AccessToken, "The homeserver does not know this access token.");
        }
    }
}
