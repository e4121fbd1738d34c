namespace Switchboard.Core.Access;

/// <summary>
/// Counts what somebody got wrong, by address, and says when it was too often. What is right is never counted, so those who
/// share an address with somebody who guesses are not hurt. Kept in memory, and never more than some ten thousand addresses.
/// </summary>
/// <param name="most">Failures that pass in one window; 0 means any number.</param>
/// <param name="window">From the first failure on, until they are forgotten.</param>
/// <param name="clock">Tells the time.</param>
public sealed class FailureLimit(int most, TimeSpan window, TimeProvider clock)
{
    private const int AddressesKept = 10_000;
    private const string Others = "others";

    private readonly Lock gate = new();
    private readonly Dictionary<string, (long Since, int Count)> failures = new(StringComparer.Ordinal);

    /// <summary>How long an address has to wait; <c>null</c> when it need not.</summary>
    public TimeSpan? WaitOf(string address)
    {
        lock (gate)
        {
            return most > 0 && Find(address) is { } found && found.Count >= most
                ? window - clock.GetElapsedTime(found.Since)
                : null;
        }
    }

    /// <summary>
    /// Counts an attempt as a failure before it is known to be one, so that many at once are not more than one after the other.
    /// </summary>
    /// <returns>How long the address has to wait; <c>null</c> when it may try. What succeeds is given back.</returns>
    public TimeSpan? Take(string address)
    {
        lock (gate)
        {
            if (WaitOf(address) is { } wait)
                return wait;
            Count(address);
            return null;
        }
    }

    /// <summary>What was taken was no failure.</summary>
    public void GiveBack(string address)
    {
        lock (gate)
        {
            var name = failures.ContainsKey(address) ? address : Others;
            if (failures.TryGetValue(name, out var found) && found.Count > 0)
                failures[name] = (found.Since, found.Count - 1);
        }
    }

    /// <summary>Counts a failure.</summary>
    /// <returns>How long the address has to wait, as <see cref="WaitOf"/> said before this one.</returns>
    public TimeSpan? Count(string address)
    {
        if (most == 0)
            return null;
        lock (gate)
        {
            var wait = WaitOf(address);
            if (!failures.ContainsKey(address) && failures.Count >= AddressesKept)
                Forget();
            // More addresses than can be told apart are one.
            var name = failures.ContainsKey(address) || failures.Count < AddressesKept ? address : Others;
            var found = Find(name) ?? (clock.GetTimestamp(), 0);
            failures[name] = (found.Since, found.Count + 1);
            return wait;
        }
    }

    private (long Since, int Count)? Find(string address)
    {
        if (!failures.TryGetValue(address, out var found) && !(failures.Count >= AddressesKept && failures.TryGetValue(Others, out found)))
            return null;
        return clock.GetElapsedTime(found.Since) < window ? found : null;
    }

    private void Forget()
    {
        foreach (var (address, (since, _)) in failures)
        {
            if (clock.GetElapsedTime(since) >= window)
                failures.Remove(address);
        }
    }
}
