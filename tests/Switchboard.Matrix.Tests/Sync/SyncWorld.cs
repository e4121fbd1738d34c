using System.Text;
using Microsoft.Extensions.Logging.Abstractions;
using Switchboard.Matrix.Store;
using Switchboard.Matrix.Sync;
using Switchboard.Networks;
using Switchboard.Testing;

namespace Switchboard.Matrix.Tests.Sync;

/// <summary>A login's store and what takes sync answers into it, without a homeserver.</summary>
internal sealed class SyncWorld : IDisposable
{
    public const string Own = "@ada:hs.test";
    public const string Room = "!room:hs.test";

    private readonly string folder = Directory.CreateTempSubdirectory("switchboard-sync-").FullName;
    private SyncIntake intake;

    public SyncWorld(string account = "matrix")
    {
        Account = account;
        Store = MatrixStore.Open(Path.Combine(folder, "login.db"), Own, account);
        intake = NewIntake();
    }

    public const long LargestRoom = 4 * 1024 * 1024;

    public string Account { get; }

    public ManualClock Clock { get; } = new();

    public MatrixStore Store { get; private set; }

    public long Now => Clock.GetUtcNow().ToUnixTimeMilliseconds();

    public List<FollowUp> FollowUps => intake.FollowUps;

    /// <summary>The room that is to be gone into next.</summary>
    public WantedJoin? Join => Store.Read(db => db.JoinDue(Clock.GetUtcNow()));

    /// <summary>Messages that must be read again.</summary>
    public IEnumerable<string> Rereads => Store.Read(db => db.RereadsDue(Clock.GetUtcNow(), 100)).Select(wanted => wanted.Target);

    /// <summary>Takes an answer and gives its batches.</summary>
    public List<RemoteBatch> Batches(string answer, bool isFirst = false, int most = int.MaxValue) =>
        Read(new MemoryStream(Encoding.UTF8.GetBytes(answer)), isFirst, most);

    /// <summary>Takes an answer, or so many batches of it and then no more.</summary>
    public List<RemoteBatch> Read(Stream answer, bool isFirst = false, int most = int.MaxValue, Action<RemoteBatch>? store = null)
    {
        var batches = new List<RemoteBatch>();
        Task.Run(async () =>
        {
            await foreach (var batch in intake.ReadAsync(answer, isFirst, CancellationToken.None))
            {
                store?.Invoke(batch);
                batches.Add(batch);
                if (batches.Count == most)
                    break;
            }
        }).GetAwaiter().GetResult();
        return batches;
    }

    /// <summary>Takes an answer and gives what it tells.</summary>
    public List<RemoteEvent> Take(string answer, bool isFirst = false) => [.. Batches(answer, isFirst).SelectMany(batch => batch.Events)];

    /// <summary>Takes what an answer says of the one room.</summary>
    public List<RemoteEvent> TakeRoom(string room, bool isFirst = false) => Take(Answer.Joined(Room, room), isFirst);

    /// <summary>The owner has a management room with a bridge's bot.</summary>
    public List<RemoteEvent> Trust(string bot = "@whatsappbot:hs.test", string room = "!management:hs.test") => Take(Answer.Joined(room, Answer.Room(
        [Answer.Create(bot), Answer.Member(Own, more: ",\"is_direct\":true"), Answer.Member(bot)])));

    /// <summary>Notes a send of ours.</summary>
    public void Sent(string room, string id, string transaction) =>
        Task.Run(() => Store.RememberSentAsync(room, id, new(transaction), CancellationToken.None)).GetAwaiter().GetResult();

    /// <summary>Ends the process and begins anew, as after a crash.</summary>
    public List<RemoteEvent> Restart()
    {
        Store.Dispose();
        Store = MatrixStore.Open(Path.Combine(folder, "login.db"), Own, Account);
        intake = NewIntake();
        return intake.TakeAsync(ChatTelling.TellUntold, CancellationToken.None).GetAwaiter().GetResult();
    }

    // A limit that tests can reach.
    private SyncIntake NewIntake() => new(Store, Clock, NullLogger.Instance) { LargestRoom = LargestRoom };

    public void Dispose()
    {
        Store.Dispose();
        Directory.Delete(folder, recursive: true);
    }
}
