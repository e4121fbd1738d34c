using System.Text.Json.Serialization;

namespace Switchboard.Wire;

/// <summary>Body of starting a sign-in (rest.md §7.4).</summary>
public sealed record CreateLoginSessionInput
{
    /// <summary>The flow to take; the first when absent.</summary>
    [JsonPropertyName("flowID")]
    public string? FlowId { get; init; }

    /// <summary>A login to sign in again.</summary>
    [JsonPropertyName("loginID")]
    public string? LoginId { get; init; }

    /// <summary>An account whose login to sign in again.</summary>
    [JsonPropertyName("accountID")]
    public string? AccountId { get; init; }
}

/// <summary>The step a submission is for.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<LoginStepType>))]
public enum LoginStepType
{
    /// <summary>Typed values.</summary>
    [JsonStringEnumMemberName("user_input")]
    UserInput,

    /// <summary>Values from a browser.</summary>
    [JsonStringEnumMemberName("cookies")]
    Cookies,

    /// <summary>Waiting for the user to act.</summary>
    [JsonStringEnumMemberName("display_and_wait")]
    DisplayAndWait,
}

/// <summary>What collected the values of a step.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<LoginStepSource>))]
public enum LoginStepSource
{
    /// <summary>A program.</summary>
    [JsonStringEnumMemberName("api")]
    Api,

    /// <summary>A browser inside a program.</summary>
    [JsonStringEnumMemberName("webview")]
    Webview,

    /// <summary>An extension of the user's browser.</summary>
    [JsonStringEnumMemberName("browser_extension")]
    BrowserExtension,
}

/// <summary>Body of submitting a step of a sign-in.</summary>
public sealed record SubmitLoginStepInput
{
    /// <summary>The step it is for.</summary>
    public required LoginStepType Type { get; init; }

    /// <summary>Field ID → value.</summary>
    public IReadOnlyDictionary<string, string>? Fields { get; init; }

    /// <summary>Address the browser ended at.</summary>
    [JsonPropertyName("lastURL")]
    public string? LastUrl { get; init; }

    /// <summary>What collected the values.</summary>
    public LoginStepSource? Source { get; init; }
}

/// <summary>Body of removing a login.</summary>
public sealed record RemoveLoginInput
{
    /// <summary>How far it reaches.</summary>
    public required RemoveScope Scope { get; init; }
}
