using Switchboard.Matrix.Store;
using Switchboard.Matrix.Sync;
using Switchboard.Networks;

namespace Switchboard.Matrix.Bridges;

/// <summary>
/// Which account a room belongs to (matrix.md §5.2). An account is told before anything of it, and its id never changes.
/// </summary>
internal static class AccountBook
{
    /// <summary>More accounts than this are not made: further bridges' rooms belong to the login's own.</summary>
    public const int Most = 100;

    private const int MostAncestors = 5;

    /// <summary>The account of a room; one of a bridge's that it once had stays.</summary>
    public static string Of(RoomState room, SyncScope scope)
    {
        // What was an invitation, or a room of Matrix, may turn out to be a bridge's.
        if (room.Row.Account is { } known && known != scope.Own.AccountId)
            return known;
        if (room.Bridge is not { } bridge || room.Row.Membership == "invite")
            return scope.Own.AccountId;
        var account = Find(bridge, bridge.Receiver ?? ReceiverBySpace(room.Row.Id, scope), room, scope);
        if (account is null)
            return scope.Own.AccountId;
        Learn(account, bridge, room, scope);
        return account.Id;
    }

    /// <summary>A login's own space on a bridge tells of the account before any chat does.</summary>
    public static void NoteSpace(RoomState space, SyncScope scope)
    {
        if (space.Bridge is { ChannelId: BridgeInfo.PersonalSpace, Receiver: { } receiver } bridge && space.Row.Membership == "join")
            Find(bridge, receiver, space, scope);
    }

    /// <summary>What a bridge says of how it is doing.</summary>
    public static void Note(BridgeState state, SyncScope scope)
    {
        var accounts = scope.Db.Accounts().FindAll(account =>
            account.Bot == state.Bot && (state.Login is null || account.RemoteLogin is null || account.RemoteLogin == state.Login));
        foreach (var account in accounts)
        {
            Save(account with
            {
                State = state.State,
                StateText = state.Text,
                Name = state.Name ?? account.Name,
                Phone = state.Phone ?? account.Phone,
                Email = state.Email ?? account.Email,
                Username = state.Username ?? account.Username,
            }, scope);
        }
    }

    /// <summary>An account as the server is told it. The owner is the Matrix user on every network, so that "me" is one person.</summary>
    public static RemoteAccount Describe(AccountRow account, string ownUserId) => new()
    {
        AccountId = account.Id,
        BridgeId = account.Bridge!,
        BridgeType = account.BridgeType,
        Provider = BridgeProvider.SelfHosted,
        Network = account.Network,
        Self = new()
        {
            Id = new(ownUserId),
            FullName = account.Name,
            Avatar = Pictures.Of(account.Avatar),
            Username = account.Username,
            PhoneNumber = account.Phone,
            Email = account.Email,
        },
        State = account.State,
        StateText = account.StateText,
    };

    private static AccountRow? Find(BridgeInfo bridge, string? receiver, RoomState room, SyncScope scope)
    {
        // Whoever calls a bridge of his own by the same name has his own accounts.
        var accounts = scope.Db.AccountsOf(bridge.Key).FindAll(account => account.Bot == bridge.Bot);
        if (receiver is not null)
        {
            if (accounts.Find(account => account.RemoteLogin == receiver) is { } exact)
                return exact;
            if (accounts.Find(account => account.RemoteLogin is null) is { } open)
                return Save(open with { RemoteLogin = receiver }, scope);
            return Make(bridge, receiver, accounts, room, scope);
        }

        return accounts.Count switch
        {
            0 => Make(bridge, null, accounts, room, scope),
            1 => accounts[0],
            _ => accounts.Find(account => HasOwnGhost(account, bridge, room, scope)) ?? accounts[0],
        };
    }

    private static AccountRow? Make(BridgeInfo bridge, string? receiver, List<AccountRow> accounts, RoomState room, SyncScope scope)
    {
        if (scope.Db.Accounts().Count >= Most)
            return null;
        // A second Matrix login tells its accounts apart by the same ending as its own.
        const string own = OwnAccount.Bridge;
        var ending = scope.Own.AccountId.StartsWith(own, StringComparison.Ordinal)
            ? scope.Own.AccountId[own.Length..]
            : "_" + scope.Own.AccountId;
        var name = accounts.Count == 0 || receiver is null ? bridge.Key : $"{bridge.Key}.{BridgeInfo.Safe(receiver)}";
        if (name == own)
            name = "bridge_" + own;
        var id = name + ending;
        for (var number = 2; scope.Db.Account(id) is not null; number++)
        {
            id = $"{name}{ending}_{number}";
        }

        var ghost = Ghosts.Own(bridge, receiver, null)
            .Select(user => scope.Db.Member(room.Row.Id, user)).FirstOrDefault(member => member is not null);
        var account = Save(new AccountRow(id)
        {
            Bridge = bridge.Key,
            RemoteLogin = receiver,
            BridgeType = bridge.ProtocolId,
            Network = bridge.Network,
            Bot = bridge.Bot,
            Name = ghost?.Name,
            Avatar = ghost?.Avatar,
        }, scope);
        BridgeTrust.AcceptInvitationsOf(bridge.Bot, scope);
        return account;
    }

    // In a direct chat the ghost's id is the template filled with the chat's.
    private static void Learn(AccountRow account, BridgeInfo bridge, RoomState room, SyncScope scope)
    {
        if (account.GhostPrefix is not null || bridge.RoomType != "dm")
            return;
        if (RoomMembers.Load(room, scope.Db).Others(room) is [var other] && Ghosts.LearnPrefix(bridge, other.User) is { } prefix)
            scope.Db.SaveAccount(scope.Db.Account(account.Id)! with { GhostPrefix = prefix });
    }

    private static bool HasOwnGhost(AccountRow account, BridgeInfo bridge, RoomState room, SyncScope scope) =>
        Ghosts.Own(bridge, account.RemoteLogin, account.GhostPrefix)
            .Any(ghost => scope.Db.Member(room.Row.Id, ghost) is { IsPresent: true });

    // Upwards through spaces until one that is a login's own.
    private static string? ReceiverBySpace(string room, SyncScope scope)
    {
        var level = new List<string> { room };
        var seen = new HashSet<string> { room };
        for (var depth = 0; depth < MostAncestors && level.Count > 0; depth++)
        {
            var parents = level.SelectMany(child => scope.Db.ParentsOf(child)).Where(seen.Add).Take(100).ToList();
            foreach (var parent in parents)
            {
                if (scope.Room(parent)?.Bridge is { ChannelId: BridgeInfo.PersonalSpace, Receiver: { } receiver })
                    return receiver;
            }

            level = parents;
        }

        return null;
    }

    private static AccountRow Save(AccountRow account, SyncScope scope)
    {
        scope.Db.SaveAccount(account);
        scope.Tell(new RemoteEvent.AccountUpserted(Describe(account, scope.Own.UserId)));
        return account;
    }
}
