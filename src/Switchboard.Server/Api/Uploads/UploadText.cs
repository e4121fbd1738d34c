namespace Switchboard.Server.Api.Uploads;

/// <summary>The limits on the texts that go with an upload.</summary>
internal static class UploadText
{
    /// <summary>The most characters of a file name or type.</summary>
    public const int Longest = 255;

    /// <summary>The text, or <c>null</c> if it is empty.</summary>
    /// <exception cref="UploadRefusedException">It is too long.</exception>
    public static string? Check(string field, string? text) => text switch
    {
        null or "" => null,
        { Length: > Longest } => throw TooLong(field),
        _ => text,
    };

    /// <summary>The refusal of a text that is too long.</summary>
    public static UploadRefusedException TooLong(string field) =>
        UploadRefusedException.Invalid("too_big", field, $"{field} must have at most {Longest} characters.");
}
