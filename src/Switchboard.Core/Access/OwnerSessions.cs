using System.Security.Cryptography;
using System.Text;
using Switchboard.Sqlite;

namespace Switchboard.Core.Access;

/// <summary>
/// The owner at a browser: sign-in by a one-time code or by the password, and the sessions that follow. A session is a token of its
/// own kind, so it ends as tokens do, also for sockets that are open; its secret never passes for a bearer token.
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

    private static readonly NewToken Session = new(new TokenRequest("Browser", ["read", "write"], [], [], Life), AccessKind.Session);

    // Hashing is slow on purpose: many at once would be a way to keep the machine busy.
    private readonly SemaphoreSlim hashing = new(1);

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
    /// <returns>The secret of the session; <c>null</c> when the code is unknown, used or too old.</returns>
    public async Task<string?> SignInWithCodeAsync(string code, CancellationToken cancellationToken)
    {
        if (!Secrets.Looks(code, Secrets.SignInPrefix))
            return null;
        return await database.WriteAsync(
            db =>
            {
                var now = clock.GetUtcNow();
                var taken = db.Execute(
                    "DELETE FROM sign_in_code WHERE hash = $hash AND expires_at > $now",
                    ("$hash", Store.Hash(code)), ("$now", now.ToUnixTimeMilliseconds()));
                return taken == 0 ? null : db.MakeToken(Session, now).Secret;
            },
            cancellationToken);
    }

    /// <summary>Signs in with the password.</summary>
    /// <returns>The secret of the session; <c>null</c> when the password is wrong or none is set.</returns>
    public async Task<string?> SignInWithPasswordAsync(string password, CancellationToken cancellationToken) =>
        await IsPasswordAsync(password, cancellationToken)
            ? (await database.WriteAsync(db => db.MakeToken(Session, clock.GetUtcNow()), cancellationToken)).Secret
            : null;

    /// <summary>Whether this is the password; <c>false</c> when none is set.</summary>
    public async Task<bool> IsPasswordAsync(string password, CancellationToken cancellationToken)
    {
        if (database.Read(db => db.OwnerPassword()) is not { } kept || password.Length > LongestPassword)
            return false;
        await hashing.WaitAsync(cancellationToken);
        try
        {
            return await Task.Run(() => kept.Fits(password), cancellationToken);
        }
        finally
        {
            hashing.Release();
        }
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

        var kept = password is null ? null : await Task.Run(() => PasswordHash.Of(password), cancellationToken);
        await database.WriteAsync(
            db =>
            {
                var now = clock.GetUtcNow();
                db.SetOwnerPassword(kept, now);
                db.EndSessions(but?.Token ?? 0, now);
            },
            cancellationToken);
    }

    /// <summary>The session with this secret; <c>null</c> when it is unknown or over.</summary>
    public Access? Find(string secret)
    {
        if (!Secrets.Looks(secret, Secrets.SessionPrefix))
            return null;
        var hash = Store.Hash(secret);
        return database.Read(db => db.AccessByHash(hash, clock.GetUtcNow()));
    }

    /// <summary>Ends a session.</summary>
    public Task EndAsync(Access session, CancellationToken cancellationToken) =>
        database.WriteAsync(db => db.EndToken(session.Token, clock.GetUtcNow()), cancellationToken);

    /// <summary>
    /// The value that a page of ours sends along with every change, made from the session's secret: another page has neither.
    /// </summary>
    public static string CsrfOf(string secret) => System.Buffers.Text.Base64Url.EncodeToString(
        HMACSHA256.HashData(Encoding.UTF8.GetBytes(secret), "switchboard csrf"u8));

    /// <inheritdoc/>
    public void Dispose() => hashing.Dispose();
}
