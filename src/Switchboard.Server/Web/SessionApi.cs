using Switchboard.Core.Access;
using Switchboard.Server.Http;
using Switchboard.Server.Spec;
using Access = Switchboard.Core.Access.Access;

namespace Switchboard.Server.Web;

/// <summary>Who looks at the pages.</summary>
internal sealed record SessionOutput(bool SignedIn, string? Csrf, bool HasPassword, ProductOutput Product);

/// <summary>What serves them.</summary>
internal sealed record ProductOutput(string Name, string Version);

/// <summary>Signing the owner in and out, and the owner's password.</summary>
internal sealed class SessionApi(OwnerSessions sessions, Authentication authentication, Failures failures, AuditTrail trail)
{
    /// <summary>Maps the routes.</summary>
    public void Map(Routes routes)
    {
        WebJson.Map(routes, DeclaredRoutes.GetSession, (request, _) => Task.FromResult(Get(request)));
        routes.Map(DeclaredRoutes.SignIn, SignInAsync);
        routes.Map(DeclaredRoutes.SignOut, SignOutAsync);
        routes.MapRaw(DeclaredRoutes.SetPassword, SetPasswordAsync);
    }

    private SessionOutput Get(ApiRequest request)
    {
        var session = authentication.SessionOf(request.Http.Request);
        return new SessionOutput(
            session is not null, session is var (_, secret) ? OwnerSessions.CsrfOf(secret) : null, sessions.HasPassword,
            new ProductOutput("Switchboard", ProductVersion.Text));
    }

    private async Task SignInAsync(ApiRequest request, CancellationToken cancellationToken)
    {
        var (_, body) = await JsonBody.ReadAsync(request.Http.Request, cancellationToken);
        var (password, code) = (body.Text("password", most: OwnerSessions.LongestPassword), body.Text("code", most: 200));
        if (password is null == code is null)
            body.Add("required", "Send password or code.", "password");
        body.Check();
        var address = request.Http.PeerAddress();
        // A code cannot be guessed, and is the owner's way in when somebody has tried passwords from the same address.
        if (code is null)
            Failures.Demand(failures.SignIns.WaitOf(address));
        var secret = code is not null
            ? await sessions.SignInWithCodeAsync(code, cancellationToken)
            : await sessions.SignInWithPasswordAsync(password!, cancellationToken);
        if (secret is null)
        {
            Failures.Demand((code is null ? failures.SignIns : failures.Tokens).Count(address));
            throw new SignInException();
        }

        trail.NoteOwner(sessions.Find(secret)!, DeclaredRoutes.SignIn.Id);
        request.Http.Response.Cookies.Append(Authentication.SessionCookie, secret, Cookie(request, OwnerSessions.Life));
    }

    private async Task SignOutAsync(ApiRequest request, CancellationToken cancellationToken)
    {
        if (request.Access.Kind == AccessKind.Session)
            await sessions.EndAsync(request.Access, cancellationToken);
        request.Http.Response.Cookies.Delete(Authentication.SessionCookie, Cookie(request, null));
    }

    private async Task SetPasswordAsync(ApiRequest request, CancellationToken cancellationToken)
    {
        var address = request.Http.PeerAddress();
        Failures.Demand(failures.SignIns.WaitOf(address));
        var (_, body) = await JsonBody.ReadAsync(request.Http.Request, cancellationToken);
        var (current, wanted) = (body.Text("current"), body.RequiredText("new", OwnerSessions.ShortestPassword, OwnerSessions.LongestPassword));
        body.Check();
        // Whoever finds a browser open must not be able to lock the owner out.
        if (sessions.HasPassword && !await sessions.IsPasswordAsync(current ?? "", cancellationToken))
        {
            failures.SignIns.Count(address);
            throw new SignInException();
        }

        await sessions.SetPasswordAsync(wanted, SessionOf(request), cancellationToken);
        request.Http.Response.StatusCode = StatusCodes.Status204NoContent;
    }

    private static Access? SessionOf(ApiRequest request) => request.Access.Kind == AccessKind.Session ? request.Access : null;

    private static CookieOptions Cookie(ApiRequest request, TimeSpan? life) => new()
    {
        HttpOnly = true,
        SameSite = SameSiteMode.Strict,
        Secure = request.BaseUrl.StartsWith("https:", StringComparison.Ordinal),
        Path = "/",
        MaxAge = life,
        IsEssential = true,
    };
}
