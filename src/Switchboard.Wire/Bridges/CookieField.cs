using System.Text.Json.Serialization;

namespace Switchboard.Wire;

/// <summary>Where a value is taken from.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<CookieFieldType>))]
public enum CookieFieldType
{
    /// <summary>A cookie.</summary>
    [JsonStringEnumMemberName("cookie")]
    Cookie,

    /// <summary>A request header.</summary>
    [JsonStringEnumMemberName("header")]
    Header,

    /// <summary>The page's local storage.</summary>
    [JsonStringEnumMemberName("local_storage")]
    LocalStorage,
}

/// <summary>Where else a value can be found.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<CookieSourceType>))]
public enum CookieSourceType
{
    /// <summary>A cookie.</summary>
    [JsonStringEnumMemberName("cookie")]
    Cookie,

    /// <summary>A request header.</summary>
    [JsonStringEnumMemberName("request_header")]
    RequestHeader,

    /// <summary>The page's local storage.</summary>
    [JsonStringEnumMemberName("local_storage")]
    LocalStorage,

    /// <summary>By a script made for it.</summary>
    [JsonStringEnumMemberName("special")]
    Special,
}

/// <summary>One value to take from the browser.</summary>
public sealed record CookieField
{
    /// <summary>Key of the value.</summary>
    public required string Id { get; init; }

    /// <summary>Name it has there.</summary>
    public string? Name { get; init; }

    /// <summary>Where it is.</summary>
    public CookieFieldType? Type { get; init; }

    /// <summary>It must be found; <c>true</c> when absent.</summary>
    public bool? Required { get; init; }

    /// <summary>Regular expression the value matches.</summary>
    public string? Pattern { get; init; }

    /// <summary>Other places to look.</summary>
    public IReadOnlyList<CookieSource>? Sources { get; init; }
}

/// <summary>One place to look for a value.</summary>
public sealed record CookieSource
{
    /// <summary>What kind of place.</summary>
    public required CookieSourceType Type { get; init; }

    /// <summary>Name it has there.</summary>
    public required string Name { get; init; }

    /// <summary>Domain of the cookie.</summary>
    public string? CookieDomain { get; init; }

    /// <summary>Requests whose header to look at.</summary>
    [JsonPropertyName("requestURLRegex")]
    public string? RequestUrlRegex { get; init; }
}
