namespace Switchboard.Server.Api.Uploads;

/// <summary>Why an upload was refused.</summary>
internal enum UploadRefusal
{
    /// <summary>The body is not what its type says (400).</summary>
    Malformed,

    /// <summary>The body can be read, but a value in it will not do (422).</summary>
    Invalid,

    /// <summary>There is too much of it (413).</summary>
    TooLarge,
}

/// <summary>What is wrong with one value; becomes an entry of <c>details.issues</c>.</summary>
/// <param name="Code">The kind of fault, as the contract's issues name it (<c>invalid_type</c>).</param>
/// <param name="Path">Where: <c>body</c>, then the field.</param>
/// <param name="Message">A sentence for the developer.</param>
internal sealed record UploadIssue(string Code, IReadOnlyList<string> Path, string Message);

/// <summary>An upload's request was refused. Nothing of it was stored.</summary>
internal sealed class UploadRefusedException : Exception
{
    private UploadRefusedException(UploadRefusal kind, string message, IReadOnlyList<UploadIssue> issues, Exception? cause)
        : base(message, cause)
    {
        Kind = kind;
        Issues = issues;
    }

    /// <summary>Why, and so which status.</summary>
    public UploadRefusal Kind { get; }

    /// <summary>What is wrong with which value. Empty unless <see cref="Kind"/> is <see cref="UploadRefusal.Invalid"/>.</summary>
    public IReadOnlyList<UploadIssue> Issues { get; }

    /// <summary>The body is not what its type says.</summary>
    public static UploadRefusedException Malformed(string message, Exception? cause = null) =>
        new(UploadRefusal.Malformed, message, [], cause);

    /// <summary>There is too much of something.</summary>
    public static UploadRefusedException TooLarge(string message, Exception? cause = null) =>
        new(UploadRefusal.TooLarge, message, [], cause);

    /// <summary>A field's value will not do.</summary>
    public static UploadRefusedException Invalid(string code, string field, string message) =>
        new(UploadRefusal.Invalid, message, [new UploadIssue(code, ["body", field], message)], null);

    /// <summary>The body as a whole will not do.</summary>
    public static UploadRefusedException InvalidBody(string message) =>
        new(UploadRefusal.Invalid, message, [new UploadIssue("invalid_type", ["body"], message)], null);
}
