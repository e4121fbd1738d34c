using System.Text.Json;
using Switchboard.Matrix.Timeline;
using Switchboard.Networks;

namespace Switchboard.Matrix.Bridges;

/// <summary>How a bridge says it is doing (matrix.md §5.6).</summary>
/// <param name="Bot">The bot that said so.</param>
/// <param name="Login">Whose login on the network it speaks of; <c>null</c> for the bridge as a whole.</param>
/// <param name="State">What that means.</param>
/// <param name="Text">More for people.</param>
internal sealed record BridgeState(string Bot, string? Login, AccountState State, string? Text)
{
    /// <summary>The owner's name on the network.</summary>
    public string? Name { get; init; }

    /// <summary>Their number.</summary>
    public string? Phone { get; init; }

    /// <summary>Their address.</summary>
    public string? Email { get; init; }

    /// <summary>Their handle.</summary>
    public string? Username { get; init; }

    /// <summary>Reads a notice of a management room; <c>null</c> when it is none.</summary>
    public static BridgeState? Read(string sender, JsonElement content)
    {
        var state = content.Child("fi.mau.bridge_state");
        if (state.Text("state_event") is not { } named)
            return null;
        AccountState? means = named switch
        {
            "CONNECTED" or "BACKFILLING" or "RUNNING" => AccountState.Connected,
            "STARTING" or "CONNECTING" => AccountState.Connecting,
            "TRANSIENT_DISCONNECT" or "BRIDGE_UNREACHABLE" => AccountState.Disconnected,
            "BAD_CREDENTIALS" or "LOGGED_OUT" or "UNCONFIGURED" => AccountState.ReconnectRequired,
            "UNKNOWN_ERROR" => AccountState.AttentionRequired,
            _ => null,
        };
        var profile = state.Child("remote_profile");
        return means is null ? null : new(sender, state.Id("remote_id"), means.Value, state.Text("message") ?? state.Text("error"))
        {
            Name = profile.Text("name", 255) ?? state.Text("remote_name", 255),
            Phone = profile.Id("phone"),
            Email = profile.Id("email"),
            Username = profile.Id("username")?.TrimStart('@'),
        };
    }
}
