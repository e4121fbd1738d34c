using Switchboard.Matrix.Api;
using Switchboard.Matrix.Bridges;
using Switchboard.Matrix.Store;
using Switchboard.Matrix.Sync;
using Switchboard.Matrix.Timeline;
using Switchboard.Networks;

namespace Switchboard.Matrix;

internal sealed partial class MatrixConnection : ISupportsParticipants
{
    /// <summary>So many people of a room are kept.</summary>
    private const int MostMembers = 20_000;

    /// <summary>So many people are told at once when all are asked for.</summary>
    private const int MostTold = 5_000;

    /// <summary>So many profiles of bridged people are asked for at once.</summary>
    private const int MostProfiles = 40;
    private const int ProfilesAtOnce = 4;

    /// <inheritdoc/>
    public async Task<RemoteChat> LoadParticipantsAsync(RemoteChatId chat, CancellationToken cancellationToken)
    {
        if (store.Room(chat.Value) is not { } room)
            throw new NetworkException(NetworkFailure.NotFound, "There is no such chat.");
        if (room.Membership == "join")
        {
            if (!store.Read(db => db.RoomRow(chat.Value)!.HasAllMembers))
                await LoadMembersAsync(chat.Value, cancellationToken);
            if (room.Bridge is { } bridge)
                await LoadProfilesAsync(room, bridge, cancellationToken);
        }

        return store.Read(db => RoomChat.Describe(RoomState.Load(db, chat.Value, store)!, db, MostTold));
    }

    /// <summary>Asks who is in a room; from then on the sync answers keep that up to date (§6.5).</summary>
    private async Task LoadMembersAsync(string room, CancellationToken cancellationToken)
    {
        var page = EventPage.Read(
            await api.GetBytesAsync($"v3/rooms/{MatrixApi.Escape(room)}/members?not_membership=leave", cancellationToken));
        await store.WriteAsync(
            db =>
            {
                if (db.RoomRow(room) is not { } row)
                    return false;
                var fold = new StateFold(db, store.OwnUserId, row);
                var isWhole = TakeMembers(page.Chunk, room, fold, out var there);
                // Of those for whom there is no room it is not known that they left.
                foreach (var gone in isWhole ? db.PresentMembers(room, int.MaxValue).Where(member => !there.Contains(member.User)) : [])
                {
                    db.SaveMember(room, gone with { Membership = "leave" });
                }

                db.SaveRoom(fold.Row with { HasAllMembers = true });
                return true;
            },
            cancellationToken);
    }

    /// <summary>Takes as many members as are kept. Says whether these are all.</summary>
    private bool TakeMembers(EventArray members, string room, StateFold fold, out HashSet<string> there)
    {
        var found = new HashSet<string>();
        there = found;
        while (members.Next() is { } document)
        {
            using (document)
            {
                if (found.Count >= MostMembers)
                    return false;
                EventGuard.Take(room, logger, () =>
                {
                    if (MatrixEvent.Read(document.RootElement) is not { Type: "m.room.member", StateKey: { } user } member)
                        return;
                    found.Add(user);
                    fold.Apply(member);
                });
            }
        }

        return true;
    }

    /// <summary>
    /// What a bridge adds to its ghosts' profiles is not in member events (§1.2). Asked once for everybody, and of ghosts alone:
    /// others could claim anybody's number.
    /// </summary>
    private async Task LoadProfilesAsync(RoomView room, BridgeInfo bridge, CancellationToken cancellationToken)
    {
        var ghosts = store.Read(db =>
        {
            var prefix = db.Account(room.AccountId)?.GhostPrefix;
            return db.PresentMembers(room.Id, 500)
                .Where(member => member.User != store.OwnUserId && Ghosts.IsGhost(bridge, member.User, prefix)
                    && db.PersonDetails(member.User) is null)
                .Take(MostProfiles).Select(member => member.User).ToList();
        });
        var found = new System.Collections.Concurrent.ConcurrentBag<KnownPerson>();
        await Parallel.ForEachAsync(
            ghosts, new ParallelOptions { MaxDegreeOfParallelism = ProfilesAtOnce, CancellationToken = cancellationToken },
            async (ghost, token) =>
            {
                if (await TryGetAsync("v3/profile/" + MatrixApi.Escape(ghost), token) is { } profile)
                    found.Add(Profiles.Read(ghost, profile) ?? new KnownPerson(ghost, null, null));
            });
        await store.WriteAsync(
            db =>
            {
                found.ToList().ForEach(db.SavePerson);
                return true;
            },
            cancellationToken);
    }
}
