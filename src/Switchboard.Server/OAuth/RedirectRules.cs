using System.Text.RegularExpressions;

namespace Switchboard.Server.OAuth;

/// <summary>
/// Where a client may be sent back to (auth.md §5): programs of this machine by loopback addresses, sites by https, and apps by
/// schemes of their own. An address is good only as it was registered, to the letter; of loopback ones the port is free, because
/// programs take whichever they get (RFC 8252 §7.3).
/// </summary>
internal static partial class RedirectRules
{
    private const int Longest = 2000;

    // Schemes that a browser or the system gives a meaning to which is not "open this app".
    private static readonly HashSet<string> NoApps = new(StringComparer.Ordinal)
    {
        "about", "afp", "android-app", "bitcoin", "blob", "callto", "chrome", "chrome-extension", "data", "dav", "davs", "dict", "dns", "facetime",
        "feed", "file", "filesystem", "ftp", "ftps", "gopher", "help", "hcp", "imap", "intent", "ipp", "irc", "ircs", "itms", "itms-apps",
        "itms-appss", "itms-services", "itmss", "jar", "javascript", "ldap", "ldaps", "magnet", "mailto", "market", "mhtml", "mk", "mms",
        "moz-extension", "news", "nfs", "nntp", "onenote", "onenote-cmd", "pop", "rdp", "res", "resource", "rlogin", "rsync", "rtsp",
        "search", "search-ms", "sftp", "shell", "sip", "sips", "skype", "sms", "smb", "ssh", "svn", "tel", "telnet", "tftp", "tn3270",
        "vbscript", "view-source", "vnc", "webcal", "ws", "wss", "wyciwyg", "xmpp",
    };

    // Families of them: settings, installers and documents of an operating system.
    private static readonly string[] NoAppFamilies = ["ms-", "x-apple", "microsoft", "windows", "chrome-", "about-"];

    /// <summary>What is wrong with an address that a client wants to register.</summary>
    /// <returns><c>null</c> when nothing is.</returns>
    public static string? ProblemOf(string uri)
    {
        if (uri.Length is 0 or > Longest || uri.Any(c => c is <= ' ' or > '~' or '"' or '<' or '>' or '\\' or '^' or '`' or '{' or '|' or '}'))
            return "A redirect URI is an address in ASCII of at most 2000 characters.";
        if (uri.Contains('#'))
            return "A redirect URI has no fragment.";
        if (!Uri.TryCreate(uri, UriKind.Absolute, out var parsed) || parsed.UserInfo.Length > 0)
            return "A redirect URI is absolute and names no user.";
        return parsed.Scheme switch
        {
            "https" => parsed.Host.Length > 0 && uri.StartsWith("https://", StringComparison.OrdinalIgnoreCase)
                ? null
                : "An https redirect URI names a host.",
            "http" => Loopback().IsMatch(uri)
                ? null
                : "Without TLS only this machine may be named: http://127.0.0.1, http://[::1] or http://localhost.",
            var scheme when NoApps.Contains(scheme) || NoAppFamilies.Any(family => scheme.StartsWith(family, StringComparison.Ordinal)) =>
                "That scheme does not open an app.",
            var scheme when !scheme.Contains('.') && !uri.AsSpan(scheme.Length).StartsWith("://", StringComparison.Ordinal) =>
                "The scheme of an app stands before :// or contains a period.",
            _ => null,
        };
    }

    /// <summary>Whether a registered address allows one that is asked for.</summary>
    public static bool Allows(string registered, string asked)
    {
        if (string.Equals(registered, asked, StringComparison.Ordinal))
            return true;
        var (one, two) = (Loopback().Match(registered), Loopback().Match(asked));
        return one.Success && two.Success && asked.Length <= Longest && ProblemOf(asked) is null
            && one.Groups["host"].Value == two.Groups["host"].Value && one.Groups["rest"].Value == two.Groups["rest"].Value;
    }

    /// <summary>Whether an address is a program's of this machine.</summary>
    public static bool IsLoopback(string uri) => Loopback().IsMatch(uri);

    /// <summary>The host for people to read; the scheme of an app that has none.</summary>
    public static string HostOf(string uri)
    {
        var parsed = new Uri(uri);
        return parsed.Scheme is "http" or "https" ? parsed.Authority : $"{parsed.Scheme}:";
    }

    /// <summary>The address with parameters behind those it has.</summary>
    public static string With(string uri, params ReadOnlySpan<(string Name, string? Value)> parameters)
    {
        var text = new System.Text.StringBuilder(uri);
        var separator = uri.Contains('?') ? '&' : '?';
        foreach (var (name, value) in parameters)
        {
            if (value is null)
                continue;
            text.Append(separator).Append(name).Append('=').Append(Uri.EscapeDataString(value));
            separator = '&';
        }

        return text.ToString();
    }

    [GeneratedRegex(@"\Ahttp://(?<host>127\.0\.0\.1|\[::1\]|localhost)(?::[0-9]{1,5})?(?<rest>(?:[/?].*)?)\z", RegexOptions.CultureInvariant)]
    private static partial Regex Loopback();
}
