using System.Text;
using Switchboard.Matrix.Store;

namespace Switchboard.Matrix.Bridges;

/// <summary>Users that a bridge plays: how their ids are made (matrix.md §5.4) and which of them is oneself (§1.7).</summary>
internal static class Ghosts
{
    /// <summary>A remote id as it stands in a localpart, by the specification's mapping.</summary>
    public static string Encode(string id)
    {
        var text = new StringBuilder();
        foreach (var octet in Encoding.UTF8.GetBytes(id))
        {
            switch (octet)
            {
                case (>= (byte)'a' and <= (byte)'z') or (>= (byte)'0' and <= (byte)'9') or (byte)'.' or (byte)'-' or (byte)'+':
                    text.Append((char)octet);
                    break;
                case >= (byte)'A' and <= (byte)'Z':
                    text.Append('_').Append((char)(octet + 32));
                    break;
                case (byte)'_':
                    text.Append("__");
                    break;
                default:
                    text.Append('=').Append(octet.ToString("x2", null));
                    break;
            }
        }

        return text.ToString();
    }

    /// <summary>The part of a user id before the colon, without the at sign.</summary>
    public static string Localpart(string user)
    {
        var colon = user.IndexOf(':', StringComparison.Ordinal);
        return user.StartsWith('@') ? user[1..(colon < 0 ? user.Length : colon)] : user;
    }

    /// <summary>The part of a user id after the first colon; empty when there is none.</summary>
    public static string Server(string user) =>
        user.IndexOf(':', StringComparison.Ordinal) is >= 0 and var colon ? user[(colon + 1)..] : "";

    /// <summary>What the localparts of a bridge's ghosts begin with, unless something else was learnt.</summary>
    public static IEnumerable<string> UsualPrefixes(BridgeInfo bridge) => UsualPrefixes(bridge.Bot, bridge.Key, bridge.ProtocolId);

    private static IEnumerable<string> UsualPrefixes(string botId, string key, string protocolId)
    {
        var bot = Localpart(botId);
        if (bot.Length > 3 && bot.EndsWith("bot", StringComparison.Ordinal))
            yield return bot[..^3] + "_";
        yield return bot + "_";
        yield return key + "_";
        if (protocolId != key)
            yield return protocolId + "_";
    }

    /// <summary>
    /// Learns the prefix from the one other person of a direct chat, whose ghost is named by the chat's remote id; <c>null</c> when it
    /// is not.
    /// </summary>
    public static string? LearnPrefix(BridgeInfo bridge, string ghost)
    {
        var localpart = Localpart(ghost);
        var id = Encode(bridge.ChannelId);
        return id.Length > 0 && Server(ghost) == Server(bridge.Bot) && localpart.Length > id.Length
            && localpart.EndsWith(id, StringComparison.Ordinal)
            ? localpart[..^id.Length]
            : null;
    }

    /// <summary>The ghosts that are oneself: the template filled with the login's own id.</summary>
    public static IReadOnlySet<string> Own(BridgeInfo bridge, string? login, string? learntPrefix)
    {
        if (login is null)
            return new HashSet<string>();
        var prefixes = learntPrefix is null ? UsualPrefixes(bridge) : [learntPrefix];
        return prefixes.Select(prefix => $"@{prefix}{Encode(login)}:{Server(bridge.Bot)}").ToHashSet();
    }

    /// <summary>The same of a bridge's account.</summary>
    public static IReadOnlySet<string> Own(AccountRow account)
    {
        if (account is not { Bridge: { } key, Bot: { } bot, RemoteLogin: { } login })
            return new HashSet<string>();
        var prefixes = account.GhostPrefix is null ? UsualPrefixes(bot, key, account.BridgeType) : [account.GhostPrefix];
        return prefixes.Select(prefix => $"@{prefix}{Encode(login)}:{Server(bot)}").ToHashSet();
    }

    /// <summary>Whether a user looks like a ghost of that bridge.</summary>
    public static bool IsGhost(BridgeInfo bridge, string user, string? learntPrefix) =>
        Server(user) == Server(bridge.Bot) && user != bridge.Bot
        && (learntPrefix is null ? UsualPrefixes(bridge) : [learntPrefix])
            .Any(prefix => Localpart(user).StartsWith(prefix, StringComparison.Ordinal));
}
