namespace Switchboard.Server.Http;

/// <summary>What a request concerns, for the audit log.</summary>
/// <param name="Account">Account id.</param>
/// <param name="Chat">Chat id.</param>
/// <param name="Message">Message id.</param>
/// <param name="Subject">Public id of the token, or id of the client, that it was about.</param>
/// <param name="Outcome">What it came to when there is more to say than that it was done.</param>
internal sealed record AuditSubject(string? Account, string? Chat, string? Message, string? Subject, string? Outcome);
