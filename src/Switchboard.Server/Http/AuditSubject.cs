namespace Switchboard.Server.Http;

/// <summary>What a request concerns, for the audit log.</summary>
internal sealed record AuditSubject(string? Account, string? Chat, string? Message);
