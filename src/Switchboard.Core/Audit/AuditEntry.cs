namespace Switchboard.Core.Audit;

/// <summary>By which way somebody came.</summary>
public enum AuditSurface
{
    /// <summary>The REST API.</summary>
    Rest,

    /// <summary>The socket for live events.</summary>
    Socket,

    /// <summary>MCP.</summary>
    Mcp,

    /// <summary>The owner's pages.</summary>
    Web,

    /// <summary>The command line.</summary>
    Cli,
}

/// <summary>Something that a connection changed or tried to. Ids and codes, never what people wrote.</summary>
/// <param name="Token">Row key of the token; 0 for the command line.</param>
/// <param name="Surface">By which way.</param>
/// <param name="Action">What: the id of an operation, the name of a tool.</param>
/// <param name="Outcome"><c>ok</c>, or the code of the error that was answered.</param>
public sealed record AuditChange(long Token, AuditSurface Surface, string Action, string Outcome = AuditChange.Done)
{
    /// <summary>The outcome of what was done.</summary>
    public const string Done = "ok";

    /// <summary>Public id of the token, or id of the client, that it was about.</summary>
    public string? Subject { get; init; }

    /// <summary>The ids are of what was carried out, so they are kept although there may be no such thing any more.</summary>
    public bool AreGone { get; init; }

    /// <summary>The account it concerned; kept only when there is one of that id.</summary>
    public string? Account { get; init; }

    /// <summary>The chat it concerned, by its id or local id; kept only when there is one.</summary>
    public string? Chat { get; init; }

    /// <summary>The message it concerned; kept only when it is a number.</summary>
    public string? Message { get; init; }
}

/// <summary>A line of the audit log.</summary>
/// <param name="Key">Its place; later ones are greater.</param>
/// <param name="At">When; of a count, the beginning of the hour.</param>
/// <param name="TokenId">Public id of the token; <c>nobody</c> for those who are not known; <c>null</c> for the command line and for what is forgotten.</param>
/// <param name="TokenName">What the owner calls it.</param>
/// <param name="Surface">By which way.</param>
/// <param name="Action">What.</param>
/// <param name="Account">Account id.</param>
/// <param name="Chat">Chat id.</param>
/// <param name="Message">Message id.</param>
/// <param name="Subject">Public id of the token, or id of the client, that it was about.</param>
/// <param name="Outcome"><c>ok</c>, the owner's decision, or the code of an error.</param>
/// <param name="Count">How often within the hour; <c>null</c> for a single change.</param>
public sealed record AuditEntry(
    long Key, DateTimeOffset At, string? TokenId, string? TokenName, AuditSurface Surface, string Action, string? Account, string? Chat,
    string? Message, string? Subject, string Outcome, long? Count);

/// <summary>Which lines are wanted; <c>null</c> everywhere means all.</summary>
public sealed record AuditFilter
{
    /// <summary>Public id of a token, <c>cli</c>, or <c>nobody</c> for those who are not known.</summary>
    public string? Token { get; init; }

    /// <summary>An action.</summary>
    public string? Action { get; init; }

    /// <summary>Not before this.</summary>
    public DateTimeOffset? From { get; init; }

    /// <summary>Before this.</summary>
    public DateTimeOffset? To { get; init; }
}
