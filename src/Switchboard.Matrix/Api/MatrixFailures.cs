using System.Net;
using System.Net.Http.Headers;
using System.Text.Json;
using Switchboard.Matrix.Timeline;
using Switchboard.Networks;

namespace Switchboard.Matrix.Api;

/// <summary>What a homeserver's refusals mean to the server (matrix.md §4.4).</summary>
internal static class MatrixFailures
{
    private const int LongestText = 300;
    private static readonly TimeSpan LongestWait = TimeSpan.FromHours(1);
    private static readonly TimeSpan LockedWait = TimeSpan.FromMinutes(1);

    /// <summary>The failure of an answer that is not a success.</summary>
    /// <param name="status">HTTP status.</param>
    /// <param name="headers">The answer's headers.</param>
    /// <param name="body">The answer's body, as far as it was read.</param>
    /// <param name="now">To work out a <c>Retry-After</c> that is a date.</param>
    public static NetworkException Of(HttpStatusCode status, HttpResponseHeaders headers, ReadOnlyMemory<byte> body, DateTimeOffset now)
    {
        var answer = Parse(body);
        var error = new MatrixError(status, answer.Code, answer.Text) { IsSoftLogout = answer.IsSoftLogout };
        var kind = KindOf(error);
        return new NetworkException(kind, Sentence(error, answer), error)
        {
            RetryAfter = kind is NetworkFailure.Transient ? WaitOf(error, headers, answer.RetryAfterMilliseconds, now) : null,
            IsAccountLimited = error.Code is "M_USER_LOCKED" or "M_USER_SUSPENDED" or "M_USER_DEACTIVATED",
        };
    }

    /// <summary>The failure of a call that got no whole answer.</summary>
    public static NetworkException Unreachable(Exception e) => new(
        NetworkFailure.Transient,
        e is HttpRequestException { HttpRequestError: HttpRequestError.SecureConnectionError }
            ? "A secure connection to the homeserver is not possible: its certificate is not valid for its name."
            : "The homeserver cannot be reached at the moment.",
        e);

    /// <summary>The failure of a call that took too long.</summary>
    public static NetworkException TimedOut() => new(NetworkFailure.Transient, "The homeserver did not answer in time.");

    /// <summary>The failure of an answer that is not what the protocol says.</summary>
    public static NetworkException Nonsense(Exception? inner) =>
        new(NetworkFailure.Transient, "The homeserver's answer is not what a Matrix homeserver says.", inner);

    private static NetworkFailure KindOf(MatrixError error) => (error.Status, error.Code) switch
    {
        (_, "M_UNKNOWN_TOKEN" or "M_MISSING_TOKEN") => NetworkFailure.LoginExpired,
        // The session stays good for the time when the account is unlocked.
        (_, "M_USER_LOCKED") => NetworkFailure.Transient,
        (_, "M_LIMIT_EXCEEDED") or (HttpStatusCode.TooManyRequests, _) => NetworkFailure.Transient,
        (_, "M_UNRECOGNIZED") => NetworkFailure.Rejected,
        (HttpStatusCode.RequestEntityTooLarge, _) => NetworkFailure.Rejected,
        (HttpStatusCode.NotImplemented, _) => NetworkFailure.Rejected,
        ( >= HttpStatusCode.InternalServerError, _) or (HttpStatusCode.RequestTimeout, _) => NetworkFailure.Transient,
        // What stands before the homeserver answers in its place while that is away.
        (_, null) => NetworkFailure.Transient,
        (HttpStatusCode.NotFound, _) => NetworkFailure.NotFound,
        _ => NetworkFailure.Rejected,
    };

    private static string Sentence(MatrixError error, Answer answer) => error.Code switch
    {
        "M_UNKNOWN_TOKEN" or "M_MISSING_TOKEN" => "The homeserver has ended this session. Log in again.",
        "M_USER_LOCKED" => "The homeserver's administrator has locked this account for now.",
        "M_USER_SUSPENDED" => "The homeserver's administrator has suspended this account: it can read, but not write.",
        "M_USER_DEACTIVATED" => "This account was deactivated on its homeserver.",
        "M_LIMIT_EXCEEDED" => "The homeserver asks to wait: too many requests in a short time.",
        "M_TOO_LARGE" => "The homeserver does not take anything that large.",
        "M_UNRECOGNIZED" => "The homeserver does not support this.",
        "M_RESOURCE_LIMIT_EXCEEDED" or "M_USER_LIMIT_EXCEEDED" when answer.Contact is { } contact =>
            $"A limit of the homeserver is reached. More about it: {contact}",
        null when error.Status is HttpStatusCode.RequestEntityTooLarge => "The homeserver does not take anything that large.",
        null => $"The homeserver answered {(int)error.Status}, which is not an answer of the Matrix protocol.",
        _ when answer.Text is { Length: > 0 } text => $"The homeserver refuses: {text}",
        _ => $"The homeserver refuses ({error.Code}).",
    };

    private static TimeSpan? WaitOf(MatrixError error, HttpResponseHeaders headers, double? milliseconds, DateTimeOffset now)
    {
        if (error.Code == "M_USER_LOCKED")
            return LockedWait;
        var wait = headers.RetryAfter switch
        {
            { Delta: { } delta } => delta,
            { Date: { } date } => date - now,
            _ => milliseconds is { } given and >= 0 and < int.MaxValue ? TimeSpan.FromMilliseconds(given) : (TimeSpan?)null,
        };
        return wait is not { } found ? null : found < TimeSpan.Zero ? TimeSpan.Zero : found > LongestWait ? LongestWait : found;
    }

    private static Answer Parse(ReadOnlyMemory<byte> body)
    {
        try
        {
            using var json = JsonDocument.Parse(body, new JsonDocumentOptions { MaxDepth = 16 });
            var root = json.RootElement;
            if (root.Text("errcode", LongestText) is not { Length: > 0 } code)
                return new Answer();
            return new Answer
            {
                Code = code,
                Text = root.Text("error", LongestText),
                Contact = root.Text("admin_contact", LongestText) ?? root.Text("info_uri", LongestText),
                IsSoftLogout = root.Is("soft_logout"),
                RetryAfterMilliseconds = root.Number("retry_after_ms"),
            };
        }
        catch (JsonException)
        {
            return new Answer();
        }
    }

    private sealed record Answer
    {
        public string? Code { get; init; }

        public string? Text { get; init; }

        public string? Contact { get; init; }

        public bool IsSoftLogout { get; init; }

        public double? RetryAfterMilliseconds { get; init; }
    }
}
