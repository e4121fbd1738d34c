using System.Collections.Concurrent;
using Switchboard.Core.Accounts;
using Switchboard.Networks;
using Switchboard.Sqlite;

namespace Switchboard.Core.Logins;

/// <summary>Where a login under way stands (objects.md §15).</summary>
public enum LoginSessionStatus
{
    /// <summary>A person should fill in fields.</summary>
    WaitingForInput,

    /// <summary>A person should use what is shown elsewhere.</summary>
    WaitingForDisplay,

    /// <summary>The account is there.</summary>
    Complete,

    /// <summary>Called off.</summary>
    Cancelled,

    /// <summary>The network refused for good.</summary>
    Failed,
}

/// <summary>A login under way, as clients see it.</summary>
public sealed record LoginSession
{
    /// <summary>Its id.</summary>
    public required string Id { get; init; }

    /// <summary>The network it is for.</summary>
    public required string BridgeId { get; init; }

    /// <summary>Where it stands.</summary>
    public required LoginSessionStatus Status { get; init; }

    /// <summary>What is wanted now.</summary>
    public LoginStep? Step { get; init; }

    /// <summary>The account, once complete.</summary>
    public Account? Account { get; init; }

    /// <summary>Why it failed.</summary>
    public string? Error { get; init; }
}

/// <summary>
/// Logins under way (rest.md §7.4). They live in memory: one that a restart interrupts is begun again. An untouched one
/// ends after a quarter of an hour, and there are at most a hundred. Those that ended are shown as long, the latest hundred.
/// </summary>
public sealed class LoginSessions(Database database, LoginSupervisor logins, TimeProvider clock)
{
    private const int AtMost = 100;
    private static readonly TimeSpan Life = TimeSpan.FromMinutes(15);

    private readonly ConcurrentDictionary<string, Entry> sessions = new(StringComparer.Ordinal);

    /// <summary>Begins a login.</summary>
    /// <param name="access">Who asks; must have no limits, for the account would lie outside them.</param>
    /// <param name="bridgeId">The network.</param>
    /// <param name="flowId">One of its flows; the first when <c>null</c>.</param>
    /// <param name="loginId">A login that should work again, by the network's name for it.</param>
    /// <param name="accountId">The same, by an account of it.</param>
    /// <param name="cancellationToken">Stops waiting.</param>
    public async Task<LoginSession> StartAsync(
        Access.Access access, string bridgeId, string? flowId, string? loginId, string? accountId, CancellationToken cancellationToken)
    {
        access.DemandUnlimited("add accounts");
        var network = logins.FindNetwork(bridgeId) ?? throw RefusedException.NotFound("Bridge", bridgeId);
        var flow = flowId is null ? network.LoginFlows[0] : network.LoginFlows.FirstOrDefault(known => known.Id == flowId);
        if (flow is null)
            throw RefusedException.NotFound("Login flow", flowId);
        var reconnect = Existing(access, bridgeId, loginId, accountId);
        await ForgetOldAsync();
        if (sessions.Count(session => session.Value.Status is null) >= AtMost)
            throw new RefusedException(Refusal.RateLimited, "Too many logins are under way. Finish or cancel one first.") { RetryAfter = Life };
        var process = await network.StartLoginAsync(flow.Id, reconnect, cancellationToken);
        var entry = new Entry("lgn_" + Core.Store.RandomText(20), bridgeId, process, clock.GetUtcNow());
        sessions[entry.Id] = entry;
        await entry.Gate.WaitAsync(cancellationToken);
        try
        {
            await FinishIfCompleteAsync(entry, process.Current);
            return Show(entry);
        }
        finally
        {
            entry.Gate.Release();
        }
    }

    /// <summary>A login under way or just ended.</summary>
    public LoginSession Get(Access.Access access, string bridgeId, string sessionId) => Show(Demand(access, bridgeId, sessionId));

    /// <summary>Hands in what a step wanted.</summary>
    public async Task<LoginSession> SubmitAsync(
        Access.Access access, string bridgeId, string sessionId, string stepId, IReadOnlyDictionary<string, string> fields,
        CancellationToken cancellationToken)
    {
        var entry = Demand(access, bridgeId, sessionId);
        await entry.Gate.WaitAsync(cancellationToken);
        try
        {
            if (entry.Status is not null)
            {
                // A repeated submission of the last step gets the outcome, not an error (rest.md §1.5).
                return entry.LastStepId == stepId
                    ? Show(entry)
                    : throw new RefusedException(Refusal.Conflict, "This login has ended. Start a new one.");
            }

            if (entry.Process.Current is LoginStep.Complete && entry.LastStepId == stepId)
            {
                // The network had finished but storing it failed: only that is done again.
                await FinishIfCompleteAsync(entry, entry.Process.Current);
                return Show(entry);
            }

            if (entry.Process.Current.StepId != stepId)
                throw RefusedException.NotFound("Login step", stepId);
            entry.LastStepId = stepId;
            entry.TouchedAt = clock.GetUtcNow();
            await FinishIfCompleteAsync(entry, await entry.Process.SubmitAsync(fields, cancellationToken));
            return Show(entry);
        }
        catch (InvalidFieldsException e)
        {
            throw new RefusedException(Refusal.Invalid, e.Message)
            {
                Issues = e.Problems.Select(problem => new Issue("invalid_value", problem.Value, ["body", "fields", problem.Key])).ToList(),
            };
        }
        catch (NetworkException e) when (e.Kind is NetworkFailure.Rejected or NetworkFailure.LoginExpired)
        {
            entry.Error = e.Message;
            entry.Status = LoginSessionStatus.Failed;
            return Show(entry);
        }
        finally
        {
            entry.Gate.Release();
        }
    }

    /// <summary>Calls a login off. One that has ended stays as it ended.</summary>
    public async Task CancelAsync(Access.Access access, string bridgeId, string sessionId, CancellationToken cancellationToken)
    {
        var entry = Demand(access, bridgeId, sessionId);
        await entry.Gate.WaitAsync(cancellationToken);
        try
        {
            if (entry.Status == LoginSessionStatus.Complete)
                throw new RefusedException(Refusal.Conflict, "This login is complete. Remove the account instead.");
            entry.Status ??= LoginSessionStatus.Cancelled;
        }
        finally
        {
            entry.Gate.Release();
        }
    }

    private StoredLogin? Existing(Access.Access access, string bridgeId, string? loginId, string? accountId)
    {
        if (loginId is null && accountId is null)
            return null;
        return database.Read(db =>
        {
            var remoteId = accountId is null ? loginId! : db.DemandAccount(access, accountId).LoginRemoteId;
            return db.FindLogin(bridgeId, remoteId)?.Stored ?? throw RefusedException.NotFound("Login", remoteId);
        });
    }

    private Entry Demand(Access.Access access, string bridgeId, string sessionId)
    {
        // A token with limits can have started none, so to it there are none.
        return access.IsUnlimited && sessions.TryGetValue(sessionId, out var entry) && entry.BridgeId == bridgeId
            ? entry
            : throw RefusedException.NotFound("Login session", sessionId);
    }

    private async Task FinishIfCompleteAsync(Entry entry, LoginStep step)
    {
        if (step is not LoginStep.Complete complete)
            return;
        var login = await logins.AddAsync(entry.BridgeId, complete.Login, CancellationToken.None);
        entry.Account = database.Read(db => db.AccountsOfLogin(login)).FirstOrDefault();
        entry.Status = LoginSessionStatus.Complete;
    }

    private async Task ForgetOldAsync()
    {
        var oldest = clock.GetUtcNow() - Life;
        var old = sessions.Values.Where(entry => entry.TouchedAt < oldest);
        var ended = sessions.Values.Where(entry => entry.Status is not null).OrderByDescending(entry => entry.TouchedAt).Skip(AtMost);
        foreach (var entry in old.Concat(ended))
        {
            if (sessions.TryRemove(entry.Id, out _))
                await entry.Process.DisposeAsync();
        }
    }

    private static LoginSession Show(Entry entry) => new()
    {
        Id = entry.Id,
        BridgeId = entry.BridgeId,
        Status = entry.Status ?? (entry.Process.Current is LoginStep.DisplayAndWait
            ? LoginSessionStatus.WaitingForDisplay
            : LoginSessionStatus.WaitingForInput),
        Step = entry.Status is null or LoginSessionStatus.Complete ? entry.Process.Current : null,
        Account = entry.Account,
        Error = entry.Error,
    };

    private sealed class Entry(string id, string bridgeId, ILoginProcess process, DateTimeOffset touchedAt)
    {
        public string Id { get; } = id;

        public string BridgeId { get; } = bridgeId;

        public ILoginProcess Process { get; } = process;

        public SemaphoreSlim Gate { get; } = new(1);

        public DateTimeOffset TouchedAt { get; set; } = touchedAt;

        public LoginSessionStatus? Status { get; set; }

        public string? LastStepId { get; set; }

        public Account? Account { get; set; }

        public string? Error { get; set; }
    }
}
