using Switchboard.Core.Chats;
using Switchboard.Networks;
using Switchboard.Sqlite;

namespace Switchboard.Core.Accounts;

internal static class AccountSql
{
    private const string Query =
        """
        SELECT a.key, a.id, a.login, l.remote_id, l.network, a.bridge_id, a.bridge_type, a.provider, a.network, a.user_id,
          u.key, u.username, u.full_name, u.phone_number, u.email, u.avatar, a.state, a.state_text
        FROM account a JOIN login l ON l.key = a.login LEFT JOIN contact u ON u.account = a.key AND u.user_id = a.user_id
        WHERE
        """;

    extension(Db db)
    {
        public List<Account> Accounts(Access.Access access) =>
            db.Query($"{Query} {access.AccountCondition("a")} ORDER BY a.key", Read);

        public Account? FindAccount(Access.Access access, string id) =>
            db.QueryFirst($"{Query} a.id = $id AND {access.AccountCondition("a")}", Read, ("$id", id));

        public Account DemandAccount(Access.Access access, string id) =>
            db.FindAccount(access, id) ?? throw RefusedException.NotFound("Account", id);

        public List<Account> AccountsOfLogin(long login) => db.Query($"{Query} a.login = $login ORDER BY a.key", Read, ("$login", login));

        public (long Account, string SelfId)? AccountOfLogin(long login, string id) => db.QueryFirst(
            "SELECT key, user_id FROM account WHERE login = $login AND id = $id",
            row => ((long, string)?)(row.GetInt64(0), row.GetString(1)), ("$login", login), ("$id", id));

        /// <summary>Stores an account of a login. An id that another login already has is passed over.</summary>
        public void UpsertAccount(long login, RemoteAccount account, DateTimeOffset now)
        {
            var key = db.QueryInt64(
                """
                INSERT INTO account (id, login, bridge_id, bridge_type, provider, network, user_id, state, state_text, created_at)
                VALUES ($id, $login, $bridge, $type, $provider, $network, $user, $state, $stateText, $now)
                ON CONFLICT (id) DO UPDATE SET bridge_id = excluded.bridge_id, bridge_type = excluded.bridge_type,
                  provider = excluded.provider, network = excluded.network, state = excluded.state, state_text = excluded.state_text,
                  version = version + ((bridge_id, bridge_type, provider, network)
                    IS NOT (excluded.bridge_id, excluded.bridge_type, excluded.provider, excluded.network))
                WHERE login = excluded.login
                RETURNING key
                """,
                ("$id", account.AccountId), ("$login", login), ("$bridge", account.BridgeId), ("$type", account.BridgeType),
                ("$provider", NameOf(account.Provider)), ("$network", account.Network), ("$user", account.Self.Id.Value),
                ("$state", account.State.ToString()), ("$stateText", account.StateText), ("$now", now.ToUnixTimeMilliseconds()));
            if (key is { } stored)
                db.UpsertContact(stored, account.Self, isSelf: true);
        }
    }

    /// <summary>The provider as it is on the wire.</summary>
    public static string NameOf(BridgeProvider provider) => provider switch
    {
        BridgeProvider.Local => "local",
        BridgeProvider.SelfHosted => "self-hosted",
        _ => throw new InvalidOperationException($"Unknown provider {provider}."),
    };

    private static Account Read(Row row) => new()
    {
        Key = row.GetInt64(0),
        Id = row.GetString(1),
        LoginKey = row.GetInt64(2),
        LoginRemoteId = row.GetString(3),
        LoginNetwork = row.GetString(4),
        BridgeId = row.GetString(5),
        BridgeType = row.GetString(6),
        Provider = row.GetString(7),
        Network = row.GetString(8),
        State = Enum.Parse<AccountState>(row.GetString(16)),
        StateText = row.TextOrNull(17),
        Self = new Contact
        {
            Key = row.Int64OrNull(10) ?? 0,
            UserId = row.GetString(9),
            Username = row.TextOrNull(11),
            FullName = row.TextOrNull(12),
            PhoneNumber = row.TextOrNull(13),
            Email = row.TextOrNull(14),
            Avatar = row.TextOrNull(15),
            IsSelf = true,
        },
    };
}
