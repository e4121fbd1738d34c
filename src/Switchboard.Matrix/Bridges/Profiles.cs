using System.Text.Json;
using Switchboard.Matrix.Store;
using Switchboard.Matrix.Timeline;

namespace Switchboard.Matrix.Bridges;

/// <summary>What bridges add to the profiles of their ghosts (matrix.md §1.2, participants; §5.4).</summary>
internal static class Profiles
{
    private const int MostIdentifiers = 20;

    /// <summary>Reads a profile; <c>null</c> when there is nothing in it beyond name and picture.</summary>
    public static KnownPerson? Read(string user, JsonElement profile)
    {
        var isBot = profile.Is("com.beeper.bridge.is_bridge_bot") || profile.Is("com.beeper.bridge.is_network_bot");
        string? phone = null, email = null, username = null;
        foreach (var identifier in profile.Child("com.beeper.bridge.identifiers").Items(MostIdentifiers))
        {
            var text = identifier.AsId() ?? "";
            var colon = text.IndexOf(':', StringComparison.Ordinal);
            if (colon < 1 || colon == text.Length - 1)
                continue;
            var value = text[(colon + 1)..];
            switch (text[..colon])
            {
                case "tel":
                    phone ??= value;
                    break;
                case "mailto":
                    email ??= value;
                    break;
                default:
                    username ??= value.TrimStart('@');
                    break;
            }
        }

        return isBot || (phone ?? email ?? username) is not null
            ? new KnownPerson(user, null, null) { PhoneNumber = phone, Email = email, Username = username, IsBot = isBot }
            : null;
    }
}
