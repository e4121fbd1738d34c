using Switchboard.Core;
using Switchboard.Core.Access;
using Switchboard.Server.Http;
using Switchboard.Server.OAuth;
using Switchboard.Server.Spec;
using Switchboard.Wire;

namespace Switchboard.Server.Web;

/// <summary>A client that asks. Its name is never more than what it says of itself; verified means that the answer goes to its host.</summary>
internal sealed record ConsentClientOutput(string Name, string Id, string Kind, bool Verified, string? Host, string? Uri, string? Logo);

/// <summary>Where the owner is sent back to.</summary>
internal sealed record ConsentRedirectOutput(string Uri, string Host, string Place);

/// <summary>What a client asks for.</summary>
internal sealed record ConsentOutput(
    string Id, ConsentClientOutput Client, ConsentRedirectOutput Redirect, IReadOnlyList<string> Scopes, string? Resource, string State,
    string ExpiresAt);

/// <summary>Where to go after the decision.</summary>
internal sealed record DecisionOutput(string RedirectTo);

/// <summary>The owner's decision about a client that asks to be let in.</summary>
internal sealed class ConsentsApi(ConsentTickets tickets, Grants grants, TimeProvider clock)
{
    private const string OwnHost = "own";
    private static readonly TimeSpan StandardLife = TimeSpan.FromDays(365);

    /// <summary>Maps the routes.</summary>
    public void Map(Routes routes)
    {
        WebJson.Map(routes, DeclaredRoutes.GetConsent, (request, _) => Task.FromResult(Get(request)));
        WebJson.Map(routes, DeclaredRoutes.DecideConsent, DecideAsync);
    }

    private ConsentOutput Get(ApiRequest request)
    {
        var id = request.Path("id");
        var asked = TicketOf(id).Request;
        return new ConsentOutput(
            id, ClientOf(asked), new ConsentRedirectOutput(asked.RedirectUri, RedirectRules.HostOf(asked.RedirectUri), PlaceOf(asked)),
            asked.Scopes, asked.Resource, grants.IsDecided(asked.Id) ? "done" : IsOver(asked) ? "expired" : "pending",
            TimestampConverter.Text(asked.ExpiresAt));
    }

    private static ConsentClientOutput ClientOf(AuthorizationRequest asked)
    {
        var client = asked.Client;
        var isDocument = client.Kind == OAuthClientKind.Document;
        return new ConsentClientOutput(
            client.Name, client.Id, isDocument ? "document" : "registered", PlaceOf(asked) == OwnHost,
            isDocument ? new Uri(client.Id).Host : null, client.Uri, client.Logo);
    }

    /// <summary>
    /// Who gets the answer. A document proves who wrote it and no more: only when the answer goes to its own host has that host asked.
    /// </summary>
    internal static string PlaceOf(AuthorizationRequest asked)
    {
        var redirect = new Uri(asked.RedirectUri);
        return redirect.Scheme switch
        {
            "http" => "loopback",
            "https" => asked.Client.Kind == OAuthClientKind.Document && redirect.Authority == new Uri(asked.Client.Id).Authority ? OwnHost : "site",
            _ => "app",
        };
    }

    private async Task<DecisionOutput> DecideAsync(ApiRequest request, CancellationToken cancellationToken)
    {
        var (_, body) = await JsonBody.ReadAsync(request.Http.Request, cancellationToken);
        var allow = body.OneOf("decision", ("allow", true), ("deny", false));
        if (!body.Has("decision"))
            body.Add("required", "This field is required.", "decision");
        var scopes = body.Texts("scopes", least: allow == true ? 1 : 0, most: 2);
        if (allow == true && scopes is null)
            body.Add("required", "Say which scopes.", "scopes");
        var (accounts, chats) = (ConnectionsApi.ReadLimit(body, "accountIDs"), ConnectionsApi.ReadLimit(body, "chatIDs"));
        var (tools, life) = (ConnectionsApi.ReadTools(body), ConnectionsApi.ReadLife(body, StandardLife));
        body.Check();
        var (asked, issuer) = TicketOf(request.Path("id"));
        if (IsOver(asked))
            throw new RefusedException(Refusal.Conflict, "This request is too old. Let the program ask again.");
        if (allow != true)
        {
            await grants.DenyAsync(asked, cancellationToken);
            request.Concerns(subject: asked.Client.Id, outcome: "denied");
            return new DecisionOutput(RedirectRules.With(
                asked.RedirectUri, ("error", "access_denied"), ("error_description", "The owner said no."), ("state", asked.State), ("iss", issuer)));
        }

        var code = await grants.AllowAsync(asked, new GrantChoice(scopes!, accounts, chats, life) { McpTools = tools }, cancellationToken);
        request.Concerns(subject: asked.Client.Id, outcome: "allowed");
        return new DecisionOutput(RedirectRules.With(asked.RedirectUri, ("code", code), ("state", asked.State), ("iss", issuer)));
    }

    private ConsentTicket TicketOf(string id) => tickets.Open(id) ?? throw RefusedException.NotFound("Request");

    private bool IsOver(AuthorizationRequest asked) => asked.ExpiresAt <= clock.GetUtcNow();
}
