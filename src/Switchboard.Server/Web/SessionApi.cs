using Switchboard.Core;
using Switchboard.Core.Access;
using Switchboard.Core.Audit;
using Switchboard.Server.Hosting;
using Switchboard.Server.Http;
using Switchboard.Server.Spec;
using Switchboard.Wire;
using Access = Switchboard.Core.Access.Access;

namespace Switchboard.Server.Web;

/// <summary>Who looks at the pages.</summary>
internal sealed record SessionOutput(bool SignedIn, bool HasPassword, ProductOutput Product);

/// <summary>What a page keeps of a sign-in, and sends along from then on in the header that <see cref="Authentication.KeyHeader"/> names.</summary>
internal sealed record SignInOutput(string Key);

/// <summary>What serves them.</summary>
internal sealed record ProductOutput(string Name, string Version);

/// <summary>A browser that is signed in.</summary>
internal sealed record BrowserOutput(string Id, string Name, string CreatedAt, string? LastUsedAt, string ExpiresAt, bool Current);

/// <summary>All of them.</summary>
internal sealed record SessionListOutput(IReadOnlyList<BrowserOutput> Items);

/// <summary>Signing the owner in and out, and the owner's password.</summary>
internal sealed class SessionApi(
    OwnerSessions sessions, Authentication authentication, Failures failures, AuditTrail trail, DataFolder folder, TimeProvider clock)
{
    /// <summary>Maps the routes.</summary>
    public void Map(Routes routes)
    {
        WebJson.Map(routes, DeclaredRoutes.GetSession, (request, _) => Task.FromResult(Get(request)));
        WebJson.Map(routes, DeclaredRoutes.SignIn, SignInAsync);
        routes.Map(DeclaredRoutes.SignOut, SignOutAsync);
        routes.MapRaw(DeclaredRoutes.SetPassword, SetPasswordAsync);
        WebJson.Map(routes, DeclaredRoutes.ListSessions, (request, _) => Task.FromResult(List(request)));
        routes.Map(DeclaredRoutes.EndSession, EndAsync);
        routes.Map(DeclaredRoutes.EndOtherSessions, (request, cancellationToken) => sessions.EndOthersAsync(SessionOf(request), cancellationToken));
    }

    private SessionOutput Get(ApiRequest request) => new(
        authentication.SessionOf(request.Http.Request) is not null, sessions.HasPassword, new ProductOutput("Switchboard", ProductVersion.Text));

    private async Task<SignInOutput> SignInAsync(ApiRequest request, CancellationToken cancellationToken)
    {
        var (_, body) = await JsonBody.ReadAsync(request.Http.Request, cancellationToken);
        var (password, code) = (body.Text("password", most: OwnerSessions.LongestPassword), body.Text("code", most: 200));
        if (password is null == code is null)
            body.Add("required", "Send password or code.", "password");
        body.Check();
        var address = request.Http.PeerAddress();
        // A code cannot be guessed, and is the owner's way in when somebody has tried passwords from the same address.
        if (code is null)
            Failures.Demand(failures.SignIns.Take(address));
        var session = code is not null
            ? await sessions.SignInWithCodeAsync(code, cancellationToken)
            : await sessions.SignInWithPasswordAsync(password!, cancellationToken);
        if (session is null)
        {
            trail.CountNobody(AuditSurface.Web, DeclaredRoutes.SignIn.Id, "invalid_credentials");
            if (code is not null)
                Failures.Demand(failures.Tokens.Count(address));
            throw new SignInException();
        }

        if (code is null)
            failures.SignIns.GiveBack(address);
        else
            File.Delete(folder.SignInFile);
        trail.NoteOwner(session.Access, DeclaredRoutes.SignIn.Id);
        request.Http.Response.Cookies.Append(Authentication.SessionCookie, session.Secret, Cookie(request, OwnerSessions.Life));
        return new SignInOutput(session.Key);
    }

    private async Task SignOutAsync(ApiRequest request, CancellationToken cancellationToken)
    {
        if (request.Access.Kind == AccessKind.Session)
            await sessions.EndAsync(request.Access, cancellationToken);
        request.Http.Response.Cookies.Delete(Authentication.SessionCookie, Cookie(request, null));
    }

    private async Task SetPasswordAsync(ApiRequest request, CancellationToken cancellationToken)
    {
        var (_, body) = await JsonBody.ReadAsync(request.Http.Request, cancellationToken);
        var (current, code, wanted) = (body.Text("current"), body.Text("code", most: 200), body.RequiredText("new", OwnerSessions.ShortestPassword, OwnerSessions.LongestPassword));
        body.Check();
        // Whoever finds a browser open must not be able to lock the owner out.
        if (sessions.HasPassword)
        {
            var address = request.Http.PeerAddress();
            Failures.Demand(failures.SignIns.Take(address));
            if (!await sessions.IsPasswordAsync(current ?? "", cancellationToken))
                throw new SignInException();
            failures.SignIns.GiveBack(address);
        }
        else if (SessionOf(request) is { } session && clock.GetUtcNow() - session.CreatedAt > OwnerSessions.CodeLife
            && !(code is not null && await sessions.TakeCodeAsync(code, cancellationToken)))
        {
            // A session that was left open must not become a password that lasts.
            throw new RefusedException(Refusal.Forbidden, $"Sign in anew by {CommandHint.ForClients("open")} before you set the first password.");
        }


        await sessions.SetPasswordAsync(wanted, SessionOf(request), cancellationToken);
        request.Http.Response.StatusCode = StatusCodes.Status204NoContent;
    }

    private SessionListOutput List(ApiRequest request) => new(sessions.List().Select(session => new BrowserOutput(
        session.Id, session.Name, TimestampConverter.Text(session.CreatedAt),
        session.LastUsedAt is { } used ? TimestampConverter.Text(used) : null, TimestampConverter.Text(session.ExpiresAt),
        session.Id == request.Access.TokenId)).ToList());

    private async Task EndAsync(ApiRequest request, CancellationToken cancellationToken)
    {
        var id = request.Path("id");
        if (!await sessions.EndAsync(id, cancellationToken))
            throw RefusedException.NotFound("Session");
        request.Concerns(subject: id);
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
