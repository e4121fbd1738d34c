using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;

namespace Switchboard.Server.OAuth;

/// <summary>An error.</summary>
internal sealed record OAuthError(string Error, string ErrorDescription);

/// <summary>What an authorisation server says of itself (RFC 8414).</summary>
internal sealed record ServerMetadata
{
    public required string Issuer { get; init; }

    public required string AuthorizationEndpoint { get; init; }

    public required string TokenEndpoint { get; init; }

    public required string RegistrationEndpoint { get; init; }

    public required string RevocationEndpoint { get; init; }

    public required string IntrospectionEndpoint { get; init; }

    public required string UserinfoEndpoint { get; init; }

    public required IReadOnlyList<string> ScopesSupported { get; init; }

    public IReadOnlyList<string> ResponseTypesSupported { get; } = ["code"];

    public IReadOnlyList<string> ResponseModesSupported { get; } = ["query"];

    public IReadOnlyList<string> GrantTypesSupported { get; } = ["authorization_code"];

    public IReadOnlyList<string> CodeChallengeMethodsSupported { get; } = ["S256"];

    public IReadOnlyList<string> TokenEndpointAuthMethodsSupported { get; } = ["none"];

    public IReadOnlyList<string> RevocationEndpointAuthMethodsSupported { get; } = ["none"];

    public bool AuthorizationResponseIssParameterSupported { get; } = true;

    public bool ClientIdMetadataDocumentSupported { get; } = true;

    public required string ServiceDocumentation { get; init; }
}

/// <summary>What a protected resource says of itself (RFC 9728).</summary>
internal sealed record ResourceMetadata
{
    public required string Resource { get; init; }

    public required IReadOnlyList<string> AuthorizationServers { get; init; }

    public required IReadOnlyList<string> ScopesSupported { get; init; }

    public IReadOnlyList<string> BearerMethodsSupported { get; } = ["header"];

    public string ResourceName { get; } = "Switchboard";

    public required string ResourceDocumentation { get; init; }
}

/// <summary>A client that has registered (RFC 7591 §3.2.1). The last two are no part of it, but clients read them.</summary>
internal sealed record RegisteredClient
{
    public required string ClientId { get; init; }

    public required long ClientIdIssuedAt { get; init; }

    public required string ClientName { get; init; }

    public required IReadOnlyList<string> RedirectUris { get; init; }

    public IReadOnlyList<string> GrantTypes { get; } = ["authorization_code"];

    public IReadOnlyList<string> ResponseTypes { get; } = ["code"];

    public required string Scope { get; init; }

    public string TokenEndpointAuthMethod { get; } = "none";

    public string? ClientUri { get; init; }

    public string? LogoUri { get; init; }

    public required string AuthorizationEndpoint { get; init; }

    public required string TokenEndpoint { get; init; }
}

/// <summary>A token for a client (RFC 6749 §5.1).</summary>
internal sealed record TokenAnswer(string AccessToken, long? ExpiresIn, string Scope)
{
    public string TokenType { get; } = "Bearer";
}

/// <summary>What a token is good for (RFC 7662 §2.2).</summary>
internal sealed record Introspection
{
    public required bool Active { get; init; }

    public string? Scope { get; init; }

    public string? ClientId { get; init; }

    public string? Sub { get; init; }

    public string? TokenType { get; init; }

    public string? Iss { get; init; }

    public string? Aud { get; init; }

    public long? Exp { get; init; }

    public long? Iat { get; init; }
}

/// <summary>What a token says of itself (auth.md §8).</summary>
internal sealed record UserInfo
{
    public required string Sub { get; init; }

    public required string Scope { get; init; }

    public required long Iat { get; init; }

    public string TokenUse { get; } = "access";

    public long? Exp { get; init; }

    public string? Aud { get; init; }

    public string? ClientId { get; init; }
}

/// <summary>JSON as OAuth writes it.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(OAuthError))]
[JsonSerializable(typeof(ServerMetadata))]
[JsonSerializable(typeof(ResourceMetadata))]
[JsonSerializable(typeof(RegisteredClient))]
[JsonSerializable(typeof(TokenAnswer))]
[JsonSerializable(typeof(Introspection))]
[JsonSerializable(typeof(UserInfo))]
internal sealed partial class OAuthJson : JsonSerializerContext
{
    /// <summary>Writes an answer that nobody may keep.</summary>
    public static Task WriteAsync<T>(HttpResponse response, T value, int status = StatusCodes.Status200OK)
    {
        response.StatusCode = status;
        response.ContentType = "application/json; charset=utf-8";
        response.Headers.CacheControl = "no-store";
        response.Headers.Pragma = "no-cache";
        return JsonSerializer.SerializeAsync(
            response.BodyWriter, value, (JsonTypeInfo<T>)Default.GetTypeInfo(typeof(T))!, response.HttpContext.RequestAborted);
    }

    /// <summary>Writes an error.</summary>
    public static Task WriteErrorAsync(HttpResponse response, OAuthException error)
    {
        if (error.Status == StatusCodes.Status401Unauthorized)
            response.Headers.WWWAuthenticate = "Basic realm=\"Switchboard\"";
        return WriteAsync(response, new OAuthError(error.Error, error.Message), error.Status);
    }
}
