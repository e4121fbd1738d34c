using System.Text.Json.Serialization;

namespace Switchboard.Wire;

/// <summary>What a login step shows; <c>type</c> on the wire says which.</summary>
[JsonPolymorphic(TypeDiscriminatorPropertyName = "type")]
[JsonDerivedType(typeof(QrDisplay), "qr")]
[JsonDerivedType(typeof(EmojiDisplay), "emoji")]
[JsonDerivedType(typeof(CodeDisplay), "code")]
[JsonDerivedType(typeof(NothingDisplay), "nothing")]
public abstract record LoginDisplay;

/// <summary>A QR code.</summary>
public sealed record QrDisplay : LoginDisplay
{
    /// <summary>Content of the code.</summary>
    public required string Data { get; init; }
}

/// <summary>An emoji to pick on another device.</summary>
public sealed record EmojiDisplay : LoginDisplay
{
    /// <summary>Picture of the emoji.</summary>
    [JsonPropertyName("imageURL")]
    public required string ImageUrl { get; init; }
}

/// <summary>A code to type on another device.</summary>
public sealed record CodeDisplay : LoginDisplay
{
    /// <summary>The code.</summary>
    public required string Data { get; init; }
}

/// <summary>Nothing; the user acts elsewhere.</summary>
public sealed record NothingDisplay : LoginDisplay;
