using Switchboard.Networks;
using Switchboard.Sqlite;

namespace Switchboard.Matrix.Store;

/// <summary>An account behind the login.</summary>
/// <param name="Id">The API's account id.</param>
internal sealed record AccountRow(string Id)
{
    public string? Bridge { get; init; }

    public string? RemoteLogin { get; init; }

    public required string BridgeType { get; init; }

    public required string Network { get; init; }

    public string? Bot { get; init; }

    public string? GhostPrefix { get; init; }

    public AccountState State { get; init; }

    public string? StateText { get; init; }

    public string? Name { get; init; }

    public string? Avatar { get; init; }

    public string? Username { get; init; }

    public string? Phone { get; init; }

    public string? Email { get; init; }
}

internal static class AccountSql
{
    private const string Columns =
        "id, bridge, remote_login, bridge_type, network, bot, ghost_prefix, state, state_text, name, avatar, username, phone, email";

    extension(Db db)
    {
        /// <summary>An account by its id.</summary>
        public AccountRow? Account(string id) => db.QueryFirst($"SELECT {Columns} FROM account WHERE id = $id", Shape, ("$id", id));

        /// <summary>Every account, the oldest ids first.</summary>
        public List<AccountRow> Accounts() => db.Query($"SELECT {Columns} FROM account ORDER BY id", Shape);

        /// <summary>The accounts of one bridge.</summary>
        public List<AccountRow> AccountsOf(string bridge) =>
            db.Query($"SELECT {Columns} FROM account WHERE bridge = $bridge ORDER BY id", Shape, ("$bridge", bridge));

        /// <summary>Writes an account.</summary>
        public void SaveAccount(AccountRow account) => db.Execute(
            $"""
            INSERT OR REPLACE INTO account ({Columns})
            VALUES ($id, $bridge, $login, $type, $network, $bot, $prefix, $state, $stateText, $name, $avatar, $username, $phone, $email)
            """,
            ("$id", account.Id), ("$bridge", account.Bridge), ("$login", account.RemoteLogin), ("$type", account.BridgeType),
            ("$network", account.Network), ("$bot", account.Bot), ("$prefix", account.GhostPrefix), ("$state", (int)account.State),
            ("$stateText", account.StateText), ("$name", account.Name), ("$avatar", account.Avatar), ("$username", account.Username),
            ("$phone", account.Phone), ("$email", account.Email));
    }

    private static AccountRow Shape(Row row) => new(row.GetString(0))
    {
        Bridge = row.TextOrNull(1),
        RemoteLogin = row.TextOrNull(2),
        BridgeType = row.GetString(3),
        Network = row.GetString(4),
        Bot = row.TextOrNull(5),
        GhostPrefix = row.TextOrNull(6),
        State = (AccountState)row.GetInt32(7),
        StateText = row.TextOrNull(8),
        Name = row.TextOrNull(9),
        Avatar = row.TextOrNull(10),
        Username = row.TextOrNull(11),
        Phone = row.TextOrNull(12),
        Email = row.TextOrNull(13),
    };
}
