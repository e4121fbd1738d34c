using Switchboard.Matrix.Bridges;
using Switchboard.Sqlite;

namespace Switchboard.Matrix.Store;

internal static class TrustSql
{
    extension(Db db)
    {
        /// <summary>Whether somebody is the bot of a bridge that the owner has to do with.</summary>
        public bool IsTrustedBot(string user) =>
            db.QueryInt64("SELECT 1 FROM trusted_bot WHERE bot = $bot LIMIT 1", ("$bot", user)) is not null;

        /// <summary>Whether somebody is the bot of a bridge that has an account here: it filled a room that the owner is or was in.</summary>
        public bool IsBridgeBot(string user) =>
            db.QueryInt64("SELECT 1 FROM account WHERE bot = $bot LIMIT 1", ("$bot", user)) is not null;

        /// <summary>The bots of all bridges that have an account here.</summary>
        public HashSet<string> BridgeBots() =>
            db.Query("SELECT bot FROM account WHERE bot IS NOT NULL", row => row.GetString(0)).ToHashSet();

        /// <summary>Whether the owner wants to see nothing of somebody.</summary>
        public bool IsIgnored(string user) =>
            db.QueryInt64("SELECT 1 FROM ignored WHERE user = $user", ("$user", user)) is not null;

        /// <summary>The bot that the owner has to do with by that room.</summary>
        public string? BotTrustedBy(string room) => db.QueryText("SELECT bot FROM trusted_bot WHERE room = $room", ("$room", room));

        /// <summary>Notes by which room the owner has to do with a bot; <c>null</c> when with none.</summary>
        public void SaveTrust(string room, string? bot)
        {
            if (bot is null)
                db.Execute("DELETE FROM trusted_bot WHERE room = $room", ("$room", room));
            else
                db.Execute("INSERT OR REPLACE INTO trusted_bot (room, bot) VALUES ($room, $bot)", ("$room", room), ("$bot", bot));
        }

        /// <summary>Rooms of which a bot says that its bridge fills them; spaces before others.</summary>
        public List<string> RoomsClaimedBy(string bot) => db.Query(
            """
            SELECT s.room, max(s.content LIKE $space) FROM state s WHERE s.type IN ('m.bridge', 'uk.half-shot.bridge') AND s.sender = $bot
            GROUP BY s.room ORDER BY 2 DESC, 1
            """,
            row => row.GetString(0), ("$bot", bot), ("$space", $"%{BridgeInfo.PersonalSpace}%"));

        /// <summary>Rooms by which the owner may have to do with a bot of that server.</summary>
        public List<string> RoomsThatMayTrust(string server) => db.Query(
            """
            SELECT room FROM state WHERE type IN ('m.bridge', 'uk.half-shot.bridge') AND content LIKE $space
            UNION SELECT m.room FROM member m JOIN room r ON r.id = m.room
              WHERE m.user LIKE $bot AND m.membership = 'join' AND r.membership = 'join'
            """,
            row => row.GetString(0), ("$space", $"%{BridgeInfo.PersonalSpace}%"), ("$bot", "%bot:" + server));

        /// <summary>Whether <c>m.direct</c> calls a room the direct chat with that person.</summary>
        public bool IsListedDirectWith(string room, string user) => db.QueryInt64(
            "SELECT 1 FROM direct WHERE user = $user AND room = $room", ("$user", user), ("$room", room)) is not null;
    }
}
