using System.Text.Json.Serialization;

namespace Switchboard.Wire;

/// <summary>What this server is and where its doors are (objects.md §13). Names are in snake case.</summary>
public sealed record Info
{
    /// <summary>The program.</summary>
    public required InfoApp App { get; init; }

    /// <summary>The machine.</summary>
    public required InfoPlatform Platform { get; init; }

    /// <summary>The listener.</summary>
    public required InfoServer Server { get; init; }

    /// <summary>Absolute addresses.</summary>
    public required InfoEndpoints Endpoints { get; init; }
}

/// <summary>The program.</summary>
public sealed record InfoApp
{
    /// <summary>Product name.</summary>
    public required string Name { get; init; }

    /// <summary>Version of the API it is compatible with.</summary>
    public required string Version { get; init; }

    /// <summary>Identifier of the program.</summary>
    [JsonPropertyName("bundle_id")]
    public required string BundleId { get; init; }

    /// <summary>Version of this server; an addition of ours.</summary>
    [JsonPropertyName("server_version")]
    public string? ServerVersion { get; init; }
}

/// <summary>The machine.</summary>
public sealed record InfoPlatform
{
    /// <summary><c>darwin</c>, <c>linux</c> or <c>win32</c>.</summary>
    public required string Os { get; init; }

    /// <summary><c>x64</c> or <c>arm64</c>.</summary>
    public required string Arch { get; init; }

    /// <summary>Version of the runtime.</summary>
    public string? Release { get; init; }
}

/// <summary>The listener.</summary>
public sealed record InfoServer
{
    /// <summary><c>running</c>.</summary>
    public required string Status { get; init; }

    /// <summary>Address clients reach it by.</summary>
    [JsonPropertyName("base_url")]
    public required string BaseUrl { get; init; }

    /// <summary>TCP port.</summary>
    public required int Port { get; init; }

    /// <summary>Host it listens on.</summary>
    public required string Hostname { get; init; }

    /// <summary>It can be reached from other machines.</summary>
    [JsonPropertyName("remote_access")]
    public required bool RemoteAccess { get; init; }

    /// <summary>The MCP endpoint is on.</summary>
    [JsonPropertyName("mcp_enabled")]
    public required bool McpEnabled { get; init; }
}

/// <summary>Absolute addresses.</summary>
public sealed record InfoEndpoints
{
    /// <summary>Addresses for OAuth.</summary>
    public required InfoOAuth Oauth { get; init; }

    /// <summary>The OpenAPI document.</summary>
    public required string Spec { get; init; }

    /// <summary>The MCP endpoint.</summary>
    public required string Mcp { get; init; }

    /// <summary>The WebSocket, with an http scheme.</summary>
    [JsonPropertyName("ws_events")]
    public required string WsEvents { get; init; }
}

/// <summary>Addresses for OAuth.</summary>
public sealed record InfoOAuth
{
    /// <summary>Where the user agrees.</summary>
    [JsonPropertyName("authorization_endpoint")]
    public required string AuthorizationEndpoint { get; init; }

    /// <summary>Where codes become tokens.</summary>
    [JsonPropertyName("token_endpoint")]
    public required string TokenEndpoint { get; init; }

    /// <summary>Where a token is looked up.</summary>
    [JsonPropertyName("introspection_endpoint")]
    public required string IntrospectionEndpoint { get; init; }

    /// <summary>Who the token stands for.</summary>
    [JsonPropertyName("userinfo_endpoint")]
    public required string UserinfoEndpoint { get; init; }

    /// <summary>Where a token is given up.</summary>
    [JsonPropertyName("revocation_endpoint")]
    public required string RevocationEndpoint { get; init; }

    /// <summary>Where clients register.</summary>
    [JsonPropertyName("registration_endpoint")]
    public required string RegistrationEndpoint { get; init; }
}
