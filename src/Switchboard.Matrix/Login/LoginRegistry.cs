using System.Text.Json;

namespace Switchboard.Matrix.Login;

/// <summary>
/// Which logins this installation has, so that a user who logs in again gets the same account and device, and no two logins get
/// the same account id. One small file beside the logins' own; losing it loses nothing but that memory, which opening the logins
/// brings back.
/// </summary>
internal sealed class LoginRegistry(string folder)
{
    private readonly Lock gate = new();
    private readonly string file = Path.Combine(folder, "logins.json");

    /// <summary>The login of that user, who may be named by whole id or as the homeserver knows them.</summary>
    public KnownLogin? Find(string user, Uri homeserver)
    {
        lock (gate)
        {
            return Load().Find(login => login.Homeserver == homeserver && (login.UserId == user
                || string.Equals(LoginNames.LocalPart(login.UserId), user.TrimStart('@'), StringComparison.OrdinalIgnoreCase)));
        }
    }

    /// <summary>Enters a login that was just made and gives it its account's id, the one it had if it was there before.</summary>
    public KnownLogin Enter(string userId, string deviceId, Uri homeserver)
    {
        lock (gate)
        {
            var logins = Load();
            var known = logins.Find(login => login.UserId == userId);
            var isTaken = logins.Exists(login => login.AccountId == LoginNames.FirstAccount && login.UserId != userId);
            var accountId = known?.AccountId ?? (isTaken ? LoginNames.AccountIdOf(userId) : LoginNames.FirstAccount);
            var entered = new KnownLogin(LoginNames.RemoteIdOf(userId), accountId, userId, deviceId, homeserver);
            Replace(logins, entered);
            return entered;
        }
    }

    /// <summary>Remembers a login as the server keeps it, which has the last word.</summary>
    public void Confirm(KnownLogin login)
    {
        lock (gate)
        {
            var logins = Load();
            if (!logins.Contains(login))
                Replace(logins, login);
        }
    }

    /// <summary>Forgets a login.</summary>
    public void Remove(string remoteId)
    {
        lock (gate)
        {
            var logins = Load();
            if (logins.RemoveAll(login => login.RemoteId == remoteId) > 0)
                Save(logins);
        }
    }

    private void Replace(List<KnownLogin> logins, KnownLogin login)
    {
        logins.RemoveAll(other => other.UserId == login.UserId);
        logins.Add(login);
        Save(logins);
    }

    private List<KnownLogin> Load()
    {
        try
        {
            return File.Exists(file) ? JsonSerializer.Deserialize(File.ReadAllBytes(file), LoginJson.Default.ListKnownLogin) ?? [] : [];
        }
        catch (JsonException)
        {
            return [];
        }
    }

    private void Save(List<KnownLogin> logins)
    {
        var temporary = file + ".new";
        Files.WriteForOwner(temporary, JsonSerializer.SerializeToUtf8Bytes(logins, LoginJson.Default.ListKnownLogin));
        File.Move(temporary, file, overwrite: true);
    }
}
