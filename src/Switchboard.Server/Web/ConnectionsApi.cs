using System.Text.Json.Serialization;
using Switchboard.Core;
using Switchboard.Core.Access;
using Switchboard.Server.Http;
using Switchboard.Server.Mcp;
using Switchboard.Server.Spec;
using Switchboard.Wire;

namespace Switchboard.Server.Web;

/// <summary>The client that a connection was given to.</summary>
internal sealed record ConnectionClientOutput(string Id, string? Uri);

/// <summary>Somebody who is or was let in.</summary>
internal record ConnectionOutput
{
    public required string Id { get; init; }

    public required string Kind { get; init; }

    public required bool IsOwner { get; init; }

    public required string Name { get; init; }

    public required IReadOnlyList<string> Scopes { get; init; }

    [JsonPropertyName("accountIDs")]
    public IReadOnlyList<string>? Accounts { get; init; }

    [JsonPropertyName("chatIDs")]
    public IReadOnlyList<string>? Chats { get; init; }

    public IReadOnlyList<string>? McpTools { get; init; }

    public required string CreatedAt { get; init; }

    public string? LastUsedAt { get; init; }

    public string? ExpiresAt { get; init; }

    public string? RevokedAt { get; init; }

    public ConnectionClientOutput? Client { get; init; }
}

/// <summary>A connection that was just made, with its secret, which is never shown again.</summary>
internal sealed record NewConnectionOutput : ConnectionOutput
{
    [System.Diagnostics.CodeAnalysis.SetsRequiredMembers]
    public NewConnectionOutput(ConnectionOutput made, string token)
        : base(made) => Token = token;

    public string Token { get; }
}

/// <summary>All connections.</summary>
internal sealed record ConnectionListOutput(IReadOnlyList<ConnectionOutput> Items);

/// <summary>Who is let in: listing, making by hand, ending.</summary>
internal sealed class ConnectionsApi(Tokens tokens)
{
    private const int LongestName = 200;

    /// <summary>Maps the routes.</summary>
    public void Map(Routes routes)
    {
        WebJson.Map(routes, DeclaredRoutes.ListConnections, (_, _) => Task.FromResult(
            new ConnectionListOutput(tokens.List().Reverse().Select(Shape).ToList())));
        WebJson.Map(routes, DeclaredRoutes.CreateConnection, CreateAsync);
        routes.Map(DeclaredRoutes.RevokeConnection, RevokeAsync);
    }

    /// <summary>Reads <c>expiresIn</c>: seconds, or <c>null</c> for ever.</summary>
    public static TimeSpan? ReadLife(BodyReader body, TimeSpan? otherwise)
    {
        if (body.IsNull("expiresIn"))
            return null;
        return body.Has("expiresIn") ? TimeSpan.FromSeconds(body.Whole("expiresIn", 1, int.MaxValue) ?? 0) : otherwise;
    }

    /// <summary>Reads <c>mcpTools</c>: names of the only MCP tools in reach, or nothing.</summary>
    public static IReadOnlyList<string>? ReadTools(BodyReader body)
    {
        var tools = body.Texts("mcpTools", most: 100);
        if (ToolPolicy.Unknown(tools) is not null)
            body.Add("invalid_value", "There is an MCP tool in this list that does not exist.", "mcpTools");
        return tools;
    }

    /// <summary>Reads a list of ids that limits what is given. An empty one would be no limit, which nobody who sends one means.</summary>
    public static IReadOnlyList<string> ReadLimit(BodyReader body, string name) => body.Texts(name, least: 1) ?? [];

    private async Task<NewConnectionOutput> CreateAsync(ApiRequest request, CancellationToken cancellationToken)
    {
        var (_, body) = await JsonBody.ReadAsync(request.Http.Request, cancellationToken);
        var (name, scopes) = (body.RequiredText("name", most: LongestName), body.Texts("scopes", least: 1, most: 2) ?? ["read"]);
        var (accounts, chats) = (ReadLimit(body, "accountIDs"), ReadLimit(body, "chatIDs"));
        var (tools, life) = (ReadTools(body), ReadLife(body, null));
        body.Check();
        var (token, secret) = await tokens.CreateAsync(
            new TokenRequest(name, scopes, accounts, chats, life) { McpTools = tools }, cancellationToken);
        request.Concerns(subject: token.Id);
        return new NewConnectionOutput(Shape(token), secret);
    }

    private async Task RevokeAsync(ApiRequest request, CancellationToken cancellationToken)
    {
        var id = request.Path("id");
        // By its id alone: a name could mean another one by the time it is sent.
        if (!id.StartsWith("tok_", StringComparison.Ordinal) || !await tokens.RevokeAsync(id, cancellationToken))
            throw RefusedException.NotFound("Connection");
        request.Concerns(subject: id);
    }

    private static ConnectionOutput Shape(TokenInfo token) => new()
    {
        Id = token.Id,
        Kind = token.Kind == AccessKind.Client ? "client" : "token",
        IsOwner = token.Kind == AccessKind.Owner,
        Name = token.Name,
        Scopes = token.Scopes.Split(' '),
        Accounts = token.Accounts,
        Chats = token.Chats,
        McpTools = token.McpTools,
        CreatedAt = TimestampConverter.Text(token.CreatedAt),
        LastUsedAt = Text(token.LastUsedAt),
        ExpiresAt = Text(token.ExpiresAt),
        RevokedAt = Text(token.RevokedAt),
        Client = token.ClientId is { } client ? new ConnectionClientOutput(client, token.ClientUri) : null,
    };

    private static string? Text(DateTimeOffset? time) => time is { } known ? TimestampConverter.Text(known) : null;
}
