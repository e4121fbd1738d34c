using Switchboard.Networks;

namespace Switchboard.LocalNetwork;

/// <summary>What can be sent.</summary>
internal static class MessageRules
{
    // The server counts the characters that people see. Markup and escapes come on top, so this only keeps out what no
    // text of the allowed length can become.
    private const int MaxHtmlLength = LocalCapabilities.MaxTextLength * 10;

    private static readonly TimeSpan LongestExpiry = TimeSpan.FromDays(3650);

    /// <summary>Refuses a message that is empty, too long or would vanish at an impossible time.</summary>
    /// <exception cref="NetworkException"><see cref="NetworkFailure.Rejected"/>.</exception>
    public static void Check(OutgoingMessage message)
    {
        if (message.Text is { } text)
            Check(text);
        else if (message.Attachment is null)
            throw Refusals.Rejected("A message needs text or an attachment.");
        if (message.ExpiresAfter is { } expiry)
            CheckExpiry(expiry, TimeSpan.FromMilliseconds(1));
    }

    /// <summary>Refuses a text that is too long.</summary>
    /// <exception cref="NetworkException"><see cref="NetworkFailure.Rejected"/>.</exception>
    public static void Check(MessageText text)
    {
        if (text.Html.Length > MaxHtmlLength)
            throw Refusals.Rejected($"The text is longer than {LocalCapabilities.MaxTextLength} characters. Send it in parts.");
    }

    /// <summary>Refuses a timer that is shorter than <paramref name="shortest"/> or longer than ten years.</summary>
    /// <exception cref="NetworkException"><see cref="NetworkFailure.Rejected"/>.</exception>
    public static void CheckExpiry(TimeSpan expiry, TimeSpan shortest)
    {
        if (expiry < shortest || expiry > LongestExpiry)
            throw Refusals.Rejected("Messages can disappear after any time of up to ten years.");
    }

    /// <summary>Says that a file is too large.</summary>
    public static NetworkException FileTooLarge() => Refusals.Rejected(
        $"The file is larger than {LocalCapabilities.MaxFileSize / (1024 * 1024)} MB, the most that the local network takes.");
}
