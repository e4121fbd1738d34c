using System.Collections.Concurrent;
using Switchboard.Core.Chats;
using Switchboard.Core.Logins;

namespace Switchboard.Core.Messages;

/// <summary>
/// How many messages an account may send in a minute (open-questions.md §33): the owner's setting, or else what the network
/// asks for. Counted in memory over the last minute.
/// </summary>
public sealed class SendLimits(LoginSupervisor logins, SendLimitSetting setting)
{
    private static readonly TimeSpan Window = TimeSpan.FromMinutes(1);

    private readonly ConcurrentDictionary<long, Queue<DateTimeOffset>> sends = new();

    /// <summary>Counts one send.</summary>
    /// <exception cref="RefusedException">The account has sent too much; says when to come back.</exception>
    internal void Take(Chat chat, DateTimeOffset now)
    {
        var limit = setting.PerMinute ?? logins.DescriptionOf(chat.LoginKey)?.SendsPerMinute;
        if (limit is not > 0)
            return;
        var recent = sends.GetOrAdd(chat.AccountKey, _ => new Queue<DateTimeOffset>());
        lock (recent)
        {
            // One from the future was sent before the clock was set back: nobody waits a day for it.
            while (recent.TryPeek(out var oldest) && (now - oldest >= Window || oldest > now))
            {
                recent.Dequeue();
            }

            if (recent.Count >= limit)
            {
                throw new RefusedException(Refusal.RateLimited, $"This account has sent {limit} messages within a minute, which is its limit.")
                {
                    RetryAfter = recent.Peek() + Window - now,
                };
            }

            recent.Enqueue(now);
        }
    }
}

/// <summary>The owner's limit.</summary>
/// <param name="PerMinute">Messages per minute and account; 0 means none; <c>null</c> leaves it to each network.</param>
public sealed record SendLimitSetting(int? PerMinute);
