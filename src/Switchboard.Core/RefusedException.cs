namespace Switchboard.Core;

/// <summary>Why a request is not carried out. The server turns each into one status and code (rest.md §1.4).</summary>
public enum Refusal
{
    /// <summary>The request cannot be understood.</summary>
    BadRequest,

    /// <summary>The cursor is not one of ours, or is of another list.</summary>
    InvalidCursor,

    /// <summary>The network or this chat cannot do it.</summary>
    Unsupported,

    /// <summary>What was named does not exist for this caller.</summary>
    NotFound,

    /// <summary>The state of things forbids it now.</summary>
    Conflict,

    /// <summary>Values break a rule; <see cref="RefusedException.Issues"/> says which.</summary>
    Invalid,

    /// <summary>The token does not reach that far.</summary>
    Forbidden,

    /// <summary>Too many requests; <see cref="RefusedException.RetryAfter"/> says when to come back.</summary>
    RateLimited,
}

/// <summary>One value that breaks a rule.</summary>
/// <param name="Code">Machine-readable kind, such as <c>invalid_type</c>.</param>
/// <param name="Message">A sentence for people.</param>
/// <param name="Path">Where it stands: <c>body</c>, <c>query</c> or <c>params</c>, then names and indexes.</param>
public sealed record Issue(string Code, string Message, IReadOnlyList<object> Path);

/// <summary>A request that we do not carry out, with a sentence that says why and what helps.</summary>
public sealed class RefusedException(Refusal reason, string message) : Exception(message)
{
    /// <summary>The stable reason.</summary>
    public Refusal Reason { get; } = reason;

    /// <summary>For <see cref="Refusal.Invalid"/>: what is wrong, value by value.</summary>
    public IReadOnlyList<Issue> Issues { get; init; } = [];

    /// <summary>For <see cref="Refusal.RateLimited"/>.</summary>
    public TimeSpan? RetryAfter { get; init; }

    /// <summary>What was named does not exist for this caller; says "not found", which clients look for (rest.md §1.4).</summary>
    public static RefusedException NotFound(string what, string? id = null) =>
        new(Refusal.NotFound, id is null || IsSecret(id) ? $"{what} not found." : $"{what} not found: {Shorten(id)}.");

    // Whoever takes a token for an id must not find it in a log of errors.
    private static bool IsSecret(string id) =>
        id.Contains(Access.Secrets.TokenPrefix, StringComparison.Ordinal) || id.Contains(Access.Secrets.SessionPrefix, StringComparison.Ordinal);

    /// <summary>One value of the body breaks a rule.</summary>
    public static RefusedException Invalid(string code, string message, params object[] path) =>
        new(Refusal.Invalid, message) { Issues = [new Issue(code, message, path)] };

    private static string Shorten(string id) => id.Length <= 100 ? id : string.Concat(id.AsSpan(0, 100), "…");
}
