using Switchboard.Core.Logins;
using Switchboard.Core.Messages;
using Switchboard.Networks;

namespace Switchboard.Core.Sending;

/// <content>What becomes of what could not be delivered.</content>
public sealed partial class OutboxWorker
{
    private async Task FailSafelyAsync(OutboxRow row, NetworkException failure, CancellationToken stopping)
    {
        try
        {
            await FailAsync(row, failure);
        }
        catch (Exception e)
        {
            // A full disk: the row is as it was and goes out again.
            LogNotStored(logger, row.Transaction, e);
            await Task.Delay(TimeSpan.FromSeconds(1), clock, stopping).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private async Task FailAsync(OutboxRow row, NetworkException e)
    {
        var now = clock.GetUtcNow();
        if (e.Kind is NetworkFailure.StorageFull)
        {
            // No try at all, as its network sees it: neither counted nor ever given up, and what comes after begins anew.
            firstTried.TryRemove(row.Key, out _);
            await database.WriteAsync(db => db.PutOff(row.Key, now + Backoff.WhileDiskIsFull), CancellationToken.None);
            return;
        }

        var final = IsFinal(e);
        // Counted from the first attempt of this process: what waited through a night's pause has not been tried for long.
        // Marks wait for their network however long: nobody else asks for them again.
        if (!final && (row.Kind == OutboxKind.Marks || now - firstTried.GetOrAdd(row.Key, now) < GiveUpAfter))
        {
            if (e.RetryAfter is { } wait)
            {
                // Told when to come back: that is no failure that makes the next wait longer.
                await database.WriteAsync(db => db.PutOff(row.Key, now + wait), CancellationToken.None);
                return;
            }

            LogWillRetry(logger, row.Transaction, row.Attempts + 1, e.Kind);
            await database.WriteAsync(db => db.Reschedule(row.Key, now + Backoff.For(row.Attempts + 1)), CancellationToken.None);
            return;
        }

        await GiveUpAsync(row, e, final, now);
    }

    private async Task GiveUpAsync(OutboxRow row, NetworkException e, bool final, DateTimeOffset now)
    {
        LogGivenUp(logger, row.Transaction, e.Kind);
        firstTried.TryRemove(row.Key, out _);
        var behind = new List<(long Key, long Message)>();
        var taken = new HashSet<long>();
        try
        {
            await database.WriteAsync(
                db =>
                {
                    // Without its row it has ended already: by its echo, or because the message is gone.
                    if (!db.DropOutboxRow(row.Key) || row.Kind != OutboxKind.Send || db.ChatOfMessage(row.Message) is not { } chat)
                        return;
                    var (state, reason) = final
                        ? (SendStatus.Permanent, e.Kind is NetworkFailure.NotFound ? "not_found" : "rejected")
                        : (SendStatus.Retriable, e.Kind is NetworkFailure.LoginExpired ? "logged_out" : "network_unreachable");
                    db.FailSend(chat, row.Message, state, reason, e.Message, now);
                    // Whoever wrote them counted on this one: they go out when that person says so again (matrix.md §4.3). Of what the
                    // network was never asked it refused nothing.
                    behind = final && !e.IsUnasked ? db.SendsBehind(chat.Key, row.Key).FindAll(one => Take(one.Key)) : [];
                    behind.ForEach(one => db.FailSend(chat, one.Message, SendStatus.Retriable, "previous_failed", NotAfterThat, now));
                },
                CancellationToken.None);
        }
        finally
        {
            foreach (var key in taken)
            {
                claimed.TryRemove(key, out _);
            }
        }

        behind.ForEach(one => EndWait(one.Message));

        // What is on its way already, from a chat that has become part of this one, may yet arrive. A transaction may run twice.
        bool Take(long key) => taken.Contains(key) || (claimed.TryAdd(key, true) && taken.Add(key));
    }

    private static bool IsFinal(NetworkException e) => e.Kind is NetworkFailure.Rejected or NetworkFailure.NotFound;
}
