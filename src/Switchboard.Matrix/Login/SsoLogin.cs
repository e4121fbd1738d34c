using Switchboard.Matrix.Api;
using Switchboard.Networks;

namespace Switchboard.Matrix.Login;

/// <summary>
/// Logging in through the browser: the homeserver first, then a page to open and the address at which the browser ends up, which
/// holds a token that is good once.
/// </summary>
internal sealed class SsoLogin(LoginCalls calls, LoginState? known, ClearTextConsent consent) : ILoginProcess
{
    /// <summary>The flow's id.</summary>
    public const string FlowId = "sso";

    /// <summary>What homeservers call it.</summary>
    public const string Way = "m.login.sso";

    /// <summary>Where the browser is sent in the end. Nothing listens there: the person copies it from the address bar.</summary>
    public const string ReturnAddress = "http://localhost/switchboard-login";

    private const string TokenName = "loginToken";
    private const string ReturnStep = "sso-return";

    private Uri? homeserver;

    /// <inheritdoc/>
    public LoginStep Current { get; private set; } = new LoginStep.UserInput([LoginFields.ForHomeserver(known, optional: false)])
    {
        StepId = FlowId,
        Instructions = "The homeserver on which you log in through the browser.",
    };

    /// <inheritdoc/>
    public async Task<LoginStep> SubmitAsync(IReadOnlyDictionary<string, string> fields, CancellationToken cancellationToken)
    {
        if (Current is LoginStep.Complete)
            return Current;
        return Current = homeserver is null
            ? await FindAsync(fields, cancellationToken)
            : await FinishAsync(homeserver, fields, cancellationToken);
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    /// <summary>The token in what a person pasted: the whole address or the token alone.</summary>
    public static string? TokenIn(string text)
    {
        var start = text.IndexOf(TokenName + "=", StringComparison.Ordinal);
        if (start < 0)
            return text.Length > 0 && !text.Contains('/', StringComparison.Ordinal) && !text.Any(char.IsWhiteSpace) ? text : null;
        var value = text[(start + TokenName.Length + 1)..];
        var end = value.IndexOfAny(['&', '#']);
        return Uri.UnescapeDataString(end < 0 ? value : value[..end]) is { Length: > 0 } token ? token : null;
    }

    private async Task<LoginStep> FindAsync(IReadOnlyDictionary<string, string> fields, CancellationToken cancellationToken)
    {
        if (known is null)
            LoginFields.Demand(fields, LoginFields.Homeserver);
        var found = await calls.FindHomeserverAsync(LoginFields.Of(fields, LoginFields.Homeserver), known, consent, cancellationToken);
        var ways = await calls.WaysAsync(found, cancellationToken);
        if (!ways.Contains(Way, StringComparer.Ordinal))
            throw LoginFields.Wrong(LoginFields.Homeserver, "This homeserver does not log in through the browser. Use the password flow.");
        homeserver = found;
        var page = $"{found.AbsoluteUri}_matrix/client/v3/login/sso/redirect?redirectUrl={MatrixApi.Escape(ReturnAddress)}";
        return new LoginStep.UserInput(
        [
            new LoginField
            {
                Id = LoginFields.Address,
                Label = "Address you were sent to",
                Type = "url",
                Placeholder = ReturnAddress + "?loginToken=…",
            },
        ])
        {
            StepId = ReturnStep,
            Instructions = $"Open {page} in a browser and log in there. "
                + "At the end the browser shows a page that cannot be loaded: copy its address here.",
        };
    }

    private async Task<LoginStep> FinishAsync(Uri found, IReadOnlyDictionary<string, string> fields, CancellationToken cancellationToken)
    {
        LoginFields.Demand(fields, LoginFields.Address);
        var token = TokenIn(LoginFields.Of(fields, LoginFields.Address))
            ?? throw LoginFields.Wrong(
                LoginFields.Address, $"This address holds no {TokenName}. Copy all of it from the browser's address bar.");
        try
        {
            var opened = await calls.LogInAsync(
                found, null,
                json =>
                {
                    json.WriteString("type", "m.login.token");
                    json.WriteString("token", token);
                },
                known, cancellationToken);
            return await calls.CompleteAsync(opened, known, LoginFields.Address, isOurs: true, cancellationToken);
        }
        catch (NetworkException e) when (
            e.InnerException is MatrixError { Code: "M_FORBIDDEN" or "M_UNKNOWN" or "M_INVALID_PARAM" or "M_UNKNOWN_TOKEN" })
        {
            throw LoginFields.Wrong(
                LoginFields.Address, "The homeserver does not take this address: it was used before or is too old. Open the page again.");
        }
    }
}
