using Switchboard.Networks;

namespace Switchboard.LocalNetwork;

// Identities come, come back, and go.
public sealed partial class LocalNetwork
{
    private const string SelfTitle = "Note to self";

    // Only touched inside transactions, which never overlap.
    private readonly HashSet<string> livesOfThisProcess = new(StringComparer.Ordinal);

    /// <summary>Adds an identity for somebody who chose its name.</summary>
    /// <exception cref="InvalidFieldsException">The name is taken.</exception>
    internal Task<NewLogin> AddIdentityAsync(string username, string? displayName, CancellationToken cancellationToken) =>
        ChangeAsync(
            change =>
            {
                var known = change.Db.IdentityNamed(username);
                if (known is not { Active: true })
                    return LoginOf(change, Begin(change, known, username, displayName));
                // A login that was never opened is one that the server did not live to store: it is given again. But not
                // within the same process, where the server may still be about to open it.
                if (known.Opened || livesOfThisProcess.Contains(known.Life))
                    throw IdentityRules.Taken(username);
                livesOfThisProcess.Add(known.Life);
                change.Db.RenameIdentity(known.Id, displayName);
                ShowToOthers(change, known.Id);
                return LoginOf(change, known with { DisplayName = displayName });
            },
            cancellationToken);

    /// <summary>Gives the identity of that name, adding it or bringing it back if needed.</summary>
    private Task<NewLogin> KeepIdentityAsync(string username, string? displayName, CancellationToken cancellationToken)
    {
        if (IdentityRules.ProblemWithUsername(username) is { } problem)
            throw Refusals.Rejected(problem);
        return ChangeAsync(
            change => change.Db.IdentityNamed(username) is { Active: true } known
                ? LoginOf(change, known)
                : LoginOf(change, Begin(change, change.Db.IdentityNamed(username), username, displayName)),
            cancellationToken);
    }

    private Identity Begin(Change change, Identity? former, string username, string? displayName)
    {
        var life = Ids.Random();
        livesOfThisProcess.Add(life);
        if (former is null)
            change.Db.InsertIdentity(username, displayName, life, change.Now);
        else
            change.Db.ReviveIdentity(former.Id, displayName ?? former.DisplayName, life);
        var identity = change.Db.IdentityNamed(username)!;
        ShowToOthers(change, identity.Id);

        var self = change.Db.InsertRoom(
            Ids.NewRoom(People.ServerName), RoomKind.Self, PairOf(identity.Id, identity.Id), SelfTitle, change.Now);
        change.Db.InsertMember(self, identity.Id, admin: true, shown: true);
        change.QueueFor([identity.Id], new QueuedEvent.Chat(self));
        return identity;
    }

    /// <summary>What names a direct room, or with the same identity twice a self room.</summary>
    internal static string PairOf(long one, long other) =>
        one == other ? $"{one}" : $"{Math.Min(one, other)}:{Math.Max(one, other)}";

    private static Identity OpenIdentity(Change change, StoredLogin login)
    {
        if (change.Db.IdentityNamed(login.RemoteId) is not { Active: true } identity || identity.Life != login.State)
            throw Refusals.Removed(login.RemoteId);
        if (!identity.Opened)
            change.Db.MarkOpened(identity.Id);
        return identity;
    }

    private static Identity? RemoveIdentity(Change change, StoredLogin login)
    {
        // A removal that comes again after the name was given anew must not take the new identity away.
        if (change.Db.IdentityNamed(login.RemoteId) is not { Active: true } identity || identity.Life != login.State)
            return null;
        change.Db.RetireIdentity(identity.Id);
        change.Db.DropQueue(identity.Id);
        foreach (var (room, kind) in change.Db.RoomsOf(identity.Id))
        {
            if (kind is RoomKind.Group)
                change.Db.DeleteMember(room, identity.Id);
            else
                change.Db.ForgetMember(room, identity.Id);
            if (change.Db.IsInhabited(room))
            {
                change.QueueForRoom(room, new QueuedEvent.Chat(room));
                continue;
            }

            change.LooseFiles.UnionWith(change.Db.HashesOfRoom(room));
            change.Db.DeleteRoom(room);
        }

        return identity;
    }

    private static void ShowToOthers(Change change, long identity)
    {
        foreach (var (room, kind) in change.Db.RoomsOf(identity))
        {
            if (kind is RoomKind.Direct)
                change.QueueForRoom(room, new QueuedEvent.Chat(room), except: identity);
        }
    }

    private NewLogin LoginOf(Change change, Identity identity) =>
        new(new StoredLogin(identity.Username, identity.Life), [People.DescribeAccount(identity)])
        {
            Chats = change.Db.RoomOfPair(PairOf(identity.Id, identity.Id)) is { } self
                ? [new Describing(change.Db, People, identity).KnownChat(self)]
                : [],
        };
}
