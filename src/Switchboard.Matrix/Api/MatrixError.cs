using System.Net;

namespace Switchboard.Matrix.Api;

/// <summary>
/// What a homeserver answered instead of doing it: the inner exception of a <see cref="Networks.NetworkException"/>, for those who
/// must tell one refusal from another.
/// </summary>
internal sealed class MatrixError(HttpStatusCode status, string? code, string? text)
    : Exception(text ?? $"The homeserver answered {(int)status}.")
{
    /// <summary>HTTP status.</summary>
    public HttpStatusCode Status { get; } = status;

    /// <summary>The <c>errcode</c>, such as <c>M_FORBIDDEN</c>; <c>null</c> when the answer was not a homeserver's.</summary>
    public string? Code { get; } = code;

    /// <summary>Whether the session's token has run out but its device is kept (<c>soft_logout</c>).</summary>
    public bool IsSoftLogout { get; init; }

    /// <summary>Whether there were too many requests in a short time.</summary>
    public bool IsLimit => Code == "M_LIMIT_EXCEEDED" || Status is HttpStatusCode.TooManyRequests;
}
