namespace Switchboard.Server.OAuth;

/// <summary>An error in OAuth's own form (RFC 6749 §5.2, RFC 7591 §3.2.2).</summary>
/// <param name="error">The code.</param>
/// <param name="description">A sentence for whoever makes the client, in ASCII without quotes.</param>
internal sealed class OAuthException(string error, string description) : Exception(description)
{
    /// <summary>The code.</summary>
    public string Error { get; } = error;

    /// <summary>The status of the answer.</summary>
    public int Status { get; init; } = StatusCodes.Status400BadRequest;
}
