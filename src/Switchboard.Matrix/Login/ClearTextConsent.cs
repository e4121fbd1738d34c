namespace Switchboard.Matrix.Login;

/// <summary>Whether a person has agreed that secrets go to a homeserver of another machine without encryption.</summary>
internal sealed class ClearTextConsent
{
    private Uri? agreed;

    /// <summary>Somebody agreed to this homeserver, and to no other.</summary>
    public void Give(Uri homeserver) => agreed = homeserver;

    /// <summary>Lets through what is encrypted, what stays on this machine, and what was agreed to.</summary>
    /// <exception cref="ClearTextException">It is none of these.</exception>
    public void Demand(Uri homeserver)
    {
        if (homeserver.Scheme != Uri.UriSchemeHttps && !homeserver.IsLoopback && homeserver != agreed)
            throw new ClearTextException(homeserver);
    }
}

/// <summary>What is sent to this homeserver could be read on the way.</summary>
internal sealed class ClearTextException(Uri homeserver) : Exception("The homeserver is not encrypted.")
{
    /// <summary>Which.</summary>
    public Uri Homeserver { get; } = homeserver;
}
