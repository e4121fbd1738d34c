using System.Text.Json;
using System.Text.Json.Serialization;
using Switchboard.Networks;

namespace Switchboard.Matrix.Login;

/// <summary>What a login needs to be opened again (<see cref="StoredLogin.State"/>).</summary>
internal sealed record LoginState
{
    /// <summary>Base URL of the homeserver.</summary>
    public required Uri Homeserver { get; init; }

    /// <summary>The user.</summary>
    public required string UserId { get; init; }

    /// <summary>The session's device; empty when the homeserver names none.</summary>
    public required string DeviceId { get; init; }

    /// <summary>The session's token.</summary>
    public required string AccessToken { get; init; }

    /// <summary>Id of the login's own account.</summary>
    public required string AccountId { get; init; }

    /// <summary>Reads it.</summary>
    /// <exception cref="NetworkException">It is not ours.</exception>
    public static LoginState Parse(StoredLogin login)
    {
        try
        {
            return JsonSerializer.Deserialize(login.State, LoginJson.Default.LoginState)!;
        }
        catch (JsonException e)
        {
            throw new NetworkException(NetworkFailure.LoginExpired, "What was kept of this login cannot be read. Log in again.", e);
        }
    }

    /// <summary>For logs: without the token.</summary>
    public override string ToString() => $"login of {UserId} at {Homeserver}";

    /// <summary>Writes it.</summary>
    public string ToText() => JsonSerializer.Serialize(this, LoginJson.Default.LoginState);
}

/// <summary>A login in the list of those that this installation has (<see cref="LoginRegistry"/>).</summary>
internal sealed record KnownLogin(string RemoteId, string AccountId, string UserId, string DeviceId, Uri Homeserver);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(LoginState))]
[JsonSerializable(typeof(List<KnownLogin>))]
internal sealed partial class LoginJson : JsonSerializerContext;
