using System.Text.Json;
using System.Text.Json.Serialization;

namespace Switchboard.Wire;

/// <summary>One step of a sign-in; <c>type</c> on the wire says which.</summary>
[JsonPolymorphic(TypeDiscriminatorPropertyName = "type")]
[JsonDerivedType(typeof(UserInputStep), "user_input")]
[JsonDerivedType(typeof(CookiesStep), "cookies")]
[JsonDerivedType(typeof(DisplayAndWaitStep), "display_and_wait")]
[JsonDerivedType(typeof(CompleteStep), "complete")]
public abstract record LoginStep
{
    /// <summary>What the user is to do.</summary>
    public string? Instructions { get; init; }
}

/// <summary>The user types values.</summary>
public sealed record UserInputStep : LoginStep
{
    /// <summary>Step ID.</summary>
    [JsonPropertyName("stepID")]
    public required string StepId { get; init; }

    /// <summary>What to ask for.</summary>
    public required IReadOnlyList<UserInputField> Fields { get; init; }

    /// <summary>Files that help, as the bridge gives them.</summary>
    public IReadOnlyList<JsonElement>? Attachments { get; init; }
}

/// <summary>One value to ask for.</summary>
public sealed record UserInputField
{
    /// <summary>Key of the value.</summary>
    public required string Id { get; init; }

    /// <summary>Name to show.</summary>
    public string? Label { get; init; }

    /// <summary>Kind of value.</summary>
    public string? Type { get; init; }

    /// <summary>Example to show while it is empty.</summary>
    public string? Placeholder { get; init; }

    /// <summary>Value to begin with.</summary>
    public string? InitialValue { get; init; }

    /// <summary>It may be left empty.</summary>
    public bool? Optional { get; init; }
}

/// <summary>Values are taken from a browser in which the user signs in.</summary>
public sealed record CookiesStep : LoginStep
{
    /// <summary>Step ID.</summary>
    [JsonPropertyName("stepID")]
    public required string StepId { get; init; }

    /// <summary>Where to sign in.</summary>
    public required string Url { get; init; }

    /// <summary>What to take.</summary>
    public required IReadOnlyList<CookieField> Fields { get; init; }

    /// <summary>User agent the browser should have.</summary>
    public string? UserAgent { get; init; }

    /// <summary>Script that finds the values.</summary>
    public string? ExtractJS { get; init; }

    /// <summary>Address that means the sign-in is done.</summary>
    [JsonPropertyName("expectedFinalURLRegex")]
    public string? ExpectedFinalUrlRegex { get; init; }
}

/// <summary>Something is shown, and the session goes on by itself when it was used.</summary>
public sealed record DisplayAndWaitStep : LoginStep
{
    /// <summary>Step ID.</summary>
    [JsonPropertyName("stepID")]
    public required string StepId { get; init; }

    /// <summary>What to show.</summary>
    public required LoginDisplay Display { get; init; }
}

/// <summary>Nothing is left to do.</summary>
public sealed record CompleteStep : LoginStep
{
    /// <summary>Step ID.</summary>
    [JsonPropertyName("stepID")]
    public string? StepId { get; init; }

    /// <summary>The new login.</summary>
    public BridgeLogin? Login { get; init; }

    /// <summary>The new account.</summary>
    public Account? Account { get; init; }
}
