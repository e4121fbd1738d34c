namespace Switchboard.Matrix;

/// <summary>Who a login is on its homeserver.</summary>
/// <param name="UserId">The user, such as <c>@ada:example.org</c>.</param>
/// <param name="DeviceId">The session's device; empty when the homeserver names none.</param>
/// <param name="AccountId">The id of the login's own account, also the beginning of what it calls others by.</param>
internal sealed record MatrixSession(string UserId, string DeviceId, string AccountId);
