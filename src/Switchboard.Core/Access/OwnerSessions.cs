using Switchboard.Sqlite;

namespace Switchboard.Core.Access;

/// <summary>A browser that is signed in; never its secret.</summary>
/// <param name="Id">Public id.</param>
/// <param name="Name">What it is called.</param>
/// <param name="CreatedAt">When it signed in.</param>
/// <param name="LastUsedAt">When it was last used, to the minute.</param>
/// <param name="ExpiresAt">When it ends by itself.</param>
public sealed record SessionInfo(string Id, string Name, DateTimeOffset CreatedAt, DateTimeOffset? LastUsedAt, DateTimeOffset ExpiresAt);

/// <summary>A session that just began.</summary>
/// <param name="Secret">Goes into the cookie.</param>
/// <param name="Key">Goes to the page alone, which sends it along with whatever it asks. Neither is worth anything without the other.</param>
/// <param name="Access">What it may do.</param>
public sealed record SignedIn(string Secret, string Key, Access Access);

/// <summary>
/// The owner at a browser: sign-in by a one-time code or by the password, and the sessions that follow. A session is a token of its
/// own kind, so it ends as tokens do; its secret never passes for a bearer token. A browser sends cookies to every port of a machine,
/// so whoever the owner's browser visits there may come to have the secret: it counts only with the key, which browsers send to nobody by
/// themselves.
/// </summary>
public sealed class OwnerSessions(Database database, TimeProvider clock) : IDisposable
{
    /// <summary>How long a session lasts from its sign-in.</summary>
    public static readonly TimeSpan Life = TimeSpan.FromDays(30);

    /// <summary>How long a one-time code is good.</summary>
    public static readonly TimeSpan CodeLife = TimeSpan.FromMinutes(10);

    /// <summary>The least characters of a password.</summary>
    public const int ShortestPassword = 10;

    /// <summary>The most characters of a password.</summary>
    public const int LongestPassword = 1000;

    // One at work and the others waiting; more would wait longer than anybody does at a page.
    private const int MostAtHashing = 12;

    private static readonly NewToken Session = new(new TokenRequest("Browser", ["read", "write"], [], [], Life), AccessKind.Session);

    // Hashing is slow on purpose: many at once would be a way to keep the machine busy.
    private readonly SemaphoreSlim hashing = new(1);
    private int atHashing;

    /// <summary>Whether a password is set.</summary>
    public bool HasPassword => database.Read(db => db.OwnerPassword()) is not null;

    /// <summary>Makes a one-time code.</summary>
    public async Task<string> MakeCodeAsync(CancellationToken cancellationToken)
    {
        var code = Secrets.Make(Secrets.SignInPrefix);
        await database.WriteAsync(
            db => db.Execute(
                "INSERT INTO sign_in_code VALUES ($hash, $expires)",
                ("$hash", Store.Hash(code)), ("$expires", (clock.GetUtcNow() + CodeLife).ToUnixTimeMilliseconds())),
            cancellationToken);
        return code;
    }

    /// <summary>Signs in with a one-time code, which is good no longer then.</summary>
    /// <returns>The session; <c>null</c> when the code is unknown, used or too old.</returns>
    public async Task<SignedIn?> SignInWithCodeAsync(string code, CancellationToken cancellationToken)
    {
        if (!Secrets.Looks(code, Secrets.SignInPrefix))
            return null;
        return await database.WriteAsync(
            db =>
            {
                var now = clock.GetUtcNow();
                return db.TakeCode(code, now) ? Begin(db, now) : null;
            },
            cancellationToken);
    }

    /// <summary>Signs in with the password.</summary>
    /// <returns>The session; <c>null</c> when the password is wrong or none is set.</returns>
    /// <exception cref="RefusedException">Too many are looked at already.</exception>
    public async Task<SignedIn?> SignInWithPasswordAsync(string password, CancellationToken cancellationToken) =>
        await IsPasswordAsync(password, cancellationToken)
            ? await database.WriteAsync(db => Begin(db, clock.GetUtcNow()), cancellationToken)
            : null;

    /// <summary>Whether this is the password; <c>false</c> when none is set.</summary>
    /// <exception cref="RefusedException">Too many are looked at already.</exception>
    public async Task<bool> IsPasswordAsync(string password, CancellationToken cancellationToken)
    {
        if (database.Read(db => db.OwnerPassword()) is not { } kept || password.Length > LongestPassword)
            return false;
        return await HashAsync(() => kept.Fits(password), cancellationToken);
    }

    /// <summary>Sets or removes the password and ends every session but one: whoever came in by the old one is out.</summary>
    /// <param name="password">The new one; <c>null</c> removes it.</param>
    /// <param name="but">The session that stays.</param>
    /// <param name="cancellationToken">Gives up waiting for its turn.</param>
    /// <exception cref="RefusedException">It is too short or too long.</exception>
    public async Task SetPasswordAsync(string? password, Access? but, CancellationToken cancellationToken)
    {
        if (password is { Length: < ShortestPassword or > LongestPassword })
        {
            throw RefusedException.Invalid(
                password.Length < ShortestPassword ? "too_small" : "too_big",
                $"A password has {ShortestPassword} to {LongestPassword} characters.", "body", "new");
        }

        var kept = password is null ? null : await HashAsync(() => PasswordHash.Of(password), cancellationToken);
        await database.WriteAsync(
            db =>
            {
                var now = clock.GetUtcNow();
                db.SetOwnerPassword(kept, now);
                db.EndSessions(but?.Token ?? 0, now);
                db.ForgetCodes();
            },
            cancellationToken);
    }

    /// <summary>The session with this secret and this key; <c>null</c> when it is over, or one of them is not of it.</summary>
    public Access? Find(string secret, string key)
    {
        if (!Secrets.Looks(secret, Secrets.SessionPrefix) || !Secrets.Looks(key, Secrets.PageKeyPrefix))
            return null;
        var (hash, keyHash) = (Store.Hash(secret), Store.Hash(key));
        return database.Read(db => db.AccessBySession(hash, keyHash, clock.GetUtcNow()));
    }

    /// <summary>Uses a one-time code up without beginning a session.</summary>
    /// <returns><c>false</c> when it is unknown, used or too old.</returns>
    public Task<bool> TakeCodeAsync(string code, CancellationToken cancellationToken) => Secrets.Looks(code, Secrets.SignInPrefix)
        ? database.WriteAsync(db => db.TakeCode(code, clock.GetUtcNow()), cancellationToken)
        : Task.FromResult(false);

    /// <summary>The sessions that are open, the newest first.</summary>
    public IReadOnlyList<SessionInfo> List() => database.Read(db => db.Sessions(clock.GetUtcNow()));

    /// <summary>Ends a session by its public id.</summary>
    /// <returns><c>false</c> when there is none of that id.</returns>
    public Task<bool> EndAsync(string id, CancellationToken cancellationToken) =>
        database.WriteAsync(db => db.EndSession(id, clock.GetUtcNow()), cancellationToken);

    /// <summary>Ends every session but one, and the one-time codes that are about.</summary>
    /// <param name="but">The session that stays.</param>
    /// <param name="cancellationToken">Gives up waiting for its turn.</param>
    public Task EndOthersAsync(Access? but, CancellationToken cancellationToken) => database.WriteAsync(
        db =>
        {
            db.EndSessions(but?.Token ?? 0, clock.GetUtcNow());
            db.ForgetCodes();
        },
        cancellationToken);

    /// <summary>Ends a session.</summary>
    public Task EndAsync(Access session, CancellationToken cancellationToken) =>
        database.WriteAsync(db => db.EndToken(session.Token, clock.GetUtcNow()), cancellationToken);

    /// <inheritdoc/>
    public void Dispose() => hashing.Dispose();

    private static SignedIn Begin(Db db, DateTimeOffset now)
    {
        var (session, _, secret) = db.MakeToken(Session, now);
        var key = Secrets.Make(Secrets.PageKeyPrefix);
        db.SetPageKey(session, Store.Hash(key));
        return new SignedIn(secret, key, db.AccessByKey(session, now)!);
    }

    private async Task<T> HashAsync<T>(Func<T> hash, CancellationToken cancellationToken)
    {
        try
        {
            if (Interlocked.Increment(ref atHashing) > MostAtHashing)
            {
                throw new RefusedException(Refusal.RateLimited, "Too many passwords are looked at just now. Try again in a moment.")
                {
                    RetryAfter = TimeSpan.FromSeconds(5),
                };
            }

            await hashing.WaitAsync(cancellationToken);
            try
            {
                return await Task.Run(hash, cancellationToken);
            }
            finally
            {
                hashing.Release();
            }
        }
        finally
        {
            Interlocked.Decrement(ref atHashing);
        }
    }
}
