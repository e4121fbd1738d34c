using Switchboard.Networks;

namespace Switchboard.LocalNetwork;

/// <summary>
/// Who is typing where, in memory alone. An entry ends ten seconds after it was last said, when it is taken back, or
/// when its owner sends or goes.
/// </summary>
/// <param name="clock">Ends entries.</param>
/// <param name="tell">Tells one identity; must not block.</param>
internal sealed class TypingBoard(TimeProvider clock, Action<long, RemoteEvent.TypingChanged> tell) : IDisposable
{
    private static readonly TimeSpan Lasts = TimeSpan.FromSeconds(10);

    private readonly Lock access = new();
    private readonly Dictionary<(RemoteChatId Room, long Identity), Entry> entries = [];

    /// <summary>Says that somebody is typing, again or anew.</summary>
    public void Start(RemoteChatId room, long identity, UserId user, IReadOnlyList<long> others)
    {
        lock (access)
        {
            if (entries.Remove((room, identity), out var before))
                before.Timer?.Dispose();
            var entry = new Entry(user, others);
            entries.Add((room, identity), entry);
            // An old timer that fires late finds another entry than its own and does nothing.
            entry.Timer = clock.CreateTimer(_ => End(room, identity, entry), null, Lasts, Timeout.InfiniteTimeSpan);
            Tell(room, others);
        }
    }

    /// <summary>Says that somebody is no longer typing; nothing when they were not.</summary>
    public void Stop(RemoteChatId room, long identity) => End(room, identity, null);

    /// <summary>Somebody left the network.</summary>
    public void StopEverywhere(long identity)
    {
        lock (access)
        {
            foreach (var (room, _) in entries.Keys.Where(key => key.Identity == identity).ToList())
            {
                End(room, identity, null);
            }
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        lock (access)
        {
            foreach (var entry in entries.Values)
            {
                entry.Timer?.Dispose();
            }

            entries.Clear();
        }
    }

    private void End(RemoteChatId room, long identity, Entry? only)
    {
        lock (access)
        {
            if (!entries.TryGetValue((room, identity), out var entry) || (only is not null && only != entry))
                return;
            entries.Remove((room, identity));
            entry.Timer?.Dispose();
            Tell(room, entry.Others);
        }
    }

    private void Tell(RemoteChatId room, IReadOnlyList<long> recipients)
    {
        var typing = entries.Where(entry => entry.Key.Room == room).ToList();
        foreach (var recipient in recipients)
        {
            var users = typing.Where(entry => entry.Key.Identity != recipient).Select(entry => entry.Value.User).ToList();
            tell(recipient, new RemoteEvent.TypingChanged(room, users));
        }
    }

    private sealed class Entry(UserId user, IReadOnlyList<long> others)
    {
        public UserId User => user;

        public IReadOnlyList<long> Others => others;

        public ITimer? Timer { get; set; }
    }
}
