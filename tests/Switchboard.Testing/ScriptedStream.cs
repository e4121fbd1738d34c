using System.Globalization;
using System.Runtime.CompilerServices;
using Switchboard.Networks;

namespace Switchboard.Testing;

/// <summary>All that a network ever told one login, and how much of it was acknowledged.</summary>
public sealed class ScriptedStream
{
    private readonly Lock gate = new();
    private readonly List<IReadOnlyList<RemoteEvent>> batches = [];
    private readonly HashSet<IReadOnlyList<RemoteEvent>> beginnings = new(ReferenceEqualityComparer.Instance);
    private readonly List<string?> cursors = [];
    private TaskCompletionSource changed = NewSource();
    private NetworkException? failure;
    private int acknowledged;

    /// <summary>The cursors that the stream was asked to go on from, in order.</summary>
    public IReadOnlyList<string?> Cursors
    {
        get
        {
            lock (gate)
            {
                return [.. cursors];
            }
        }
    }

    /// <summary>Tells a batch after which more of the same is to follow, and waits until it is acknowledged.</summary>
    public Task TellBeginningAsync(params IReadOnlyList<RemoteEvent> events)
    {
        lock (gate)
        {
            beginnings.Add(events);
        }

        return TellAsync(events);
    }

    /// <summary>Tells a batch and waits until it is acknowledged.</summary>
    public async Task TellAsync(params IReadOnlyList<RemoteEvent> events)
    {
        int wanted;
        lock (gate)
        {
            batches.Add(events);
            wanted = batches.Count;
        }

        Announce();
        await UntilAsync(() => acknowledged >= wanted);
    }

    /// <summary>Breaks the connection once.</summary>
    public void Break(NetworkException with)
    {
        lock (gate)
        {
            failure = with;
        }

        Announce();
    }

    /// <summary>Waits until the stream was asked for that often.</summary>
    public Task OpenedAsync(int times) => UntilAsync(() => cursors.Count >= times);

    internal async IAsyncEnumerable<RemoteBatch> ReadAsync(string? cursor, bool twice, [EnumeratorCancellation] CancellationToken stopping)
    {
        var next = cursor is null ? 0 : int.Parse(cursor, CultureInfo.InvariantCulture);
        lock (gate)
        {
            cursors.Add(cursor);
        }

        Announce();
        while (true)
        {
            IReadOnlyList<RemoteEvent>? events;
            bool isBeginning;
            Task more;
            lock (gate)
            {
                if (failure is { } broken)
                {
                    failure = null;
                    throw broken;
                }

                more = changed.Task;
                events = next < batches.Count ? batches[next] : null;
                isBeginning = events is not null && beginnings.Contains(events);
            }

            if (events is null)
            {
                await more.WaitAsync(stopping);
                continue;
            }

            next++;
            var batch = new RemoteBatch(events, isBeginning ? null : next.ToString(CultureInfo.InvariantCulture));
            yield return batch;
            if (twice)
                yield return batch;
            lock (gate)
            {
                acknowledged = Math.Max(acknowledged, next);
            }

            Announce();
        }
    }

    private static TaskCompletionSource NewSource() => new(TaskCreationOptions.RunContinuationsAsynchronously);

    private void Announce()
    {
        lock (gate)
        {
            changed.TrySetResult();
            changed = NewSource();
        }
    }

    private async Task UntilAsync(Func<bool> reached)
    {
        while (true)
        {
            Task next;
            lock (gate)
            {
                if (reached())
                    return;
                next = changed.Task;
            }

            await next.WaitAsync(Patience.Longest);
        }
    }
}
