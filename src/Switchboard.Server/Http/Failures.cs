using Switchboard.Core;
using Switchboard.Core.Access;
using Switchboard.Server.Hosting;

namespace Switchboard.Server.Http;

/// <summary>What is counted by address: wrong tokens, wrong sign-ins, and what anybody may do without one.</summary>
internal sealed class Failures(ServerOptions options, TimeProvider clock)
{
    /// <summary>Wrong tokens and codes. They cannot be guessed; this bounds the load.</summary>
    public FailureLimit Tokens { get; } = new(options.WrongTokensPerMinute, TimeSpan.FromMinutes(1), clock);

    /// <summary>Wrong passwords and one-time codes.</summary>
    public FailureLimit SignIns { get; } = new(10, TimeSpan.FromMinutes(15), clock);

    /// <summary>Registrations of clients, good ones too.</summary>
    public FailureLimit Registrations { get; } = new(options.RegistrationsPerHour, TimeSpan.FromHours(1), clock);

    /// <summary>Documents of clients that are fetched for somebody.</summary>
    public FailureLimit Documents { get; } = new(30, TimeSpan.FromMinutes(1), clock);

    /// <summary>The same for all together.</summary>
    public FailureLimit AllDocuments { get; } = new(300, TimeSpan.FromMinutes(1), clock);

    /// <summary>Refuses when somebody has to wait.</summary>
    /// <exception cref="RefusedException">Later.</exception>
    public static void Demand(TimeSpan? wait)
    {
        if (wait is { } time)
            throw new RefusedException(Refusal.RateLimited, "Too many attempts from this address. Try again later.") { RetryAfter = time };
    }
}
