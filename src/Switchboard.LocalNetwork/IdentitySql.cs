using Switchboard.Networks;
using Switchboard.Sqlite;

namespace Switchboard.LocalNetwork;

/// <summary>The rows of the people.</summary>
internal static class IdentitySql
{
    /// <summary>What <see cref="Shape"/> reads, from the first column on.</summary>
    public const string Columns = "id, username, display_name, active, life, opened";

    extension(Db db)
    {
        /// <summary>The person of that name, active or not.</summary>
        public Identity? IdentityNamed(string username) => db.QueryFirst(
            $"SELECT {Columns} FROM identity WHERE username = $username", Shape, ("$username", username));

        /// <summary>The person of that row.</summary>
        public Identity IdentityOf(long id) =>
            db.QueryFirst($"SELECT {Columns} FROM identity WHERE id = $id", Shape, ("$id", id))
            ?? throw new InvalidOperationException($"There is no identity {id}.");

        /// <summary>Everybody who is on the network now, by name.</summary>
        public List<Identity> ActiveIdentities() => db.Query(
            $"SELECT {Columns} FROM identity WHERE active = 1 ORDER BY username", Shape);

        /// <summary>Adds a person.</summary>
        public void InsertIdentity(string username, string? displayName, string life, DateTimeOffset now) => db.Execute(
            """
            INSERT INTO identity (username, display_name, active, life, opened, created_at)
            VALUES ($username, $name, 1, $life, 0, $now)
            """,
            ("$username", username),
            ("$name", displayName),
            ("$life", life),
            ("$now", now.ToUnixTimeMilliseconds()));

        /// <summary>Begins a new life of a person.</summary>
        public void ReviveIdentity(long id, string? displayName, string life) => db.Execute(
            "UPDATE identity SET active = 1, opened = 0, display_name = $name, life = $life WHERE id = $id",
            ("$id", id),
            ("$name", displayName),
            ("$life", life));

        /// <summary>Gives a person another display name.</summary>
        public void RenameIdentity(long id, string? displayName) => db.Execute(
            "UPDATE identity SET display_name = $name WHERE id = $id", ("$id", id), ("$name", displayName));

        /// <summary>Ends the life of a person.</summary>
        public void RetireIdentity(long id) => db.Execute("UPDATE identity SET active = 0 WHERE id = $id", ("$id", id));

        /// <summary>Notes that the server keeps this life's login.</summary>
        public void MarkOpened(long id) => db.Execute("UPDATE identity SET opened = 1 WHERE id = $id", ("$id", id));

        /// <summary>Refuses a login whose identity was removed meanwhile.</summary>
        /// <exception cref="NetworkException">It was: <see cref="NetworkFailure.LoginExpired"/>.</exception>
        public void RequireLife(Identity identity)
        {
            if (db.IdentityOf(identity.Id) is not { Active: true } now || now.Life != identity.Life)
                throw Refusals.Removed(identity.Username);
        }
    }

    /// <summary>A person from the first columns of a row.</summary>
    public static Identity Shape(Row row) =>
        new(row.GetInt64(0), row.GetString(1), row.TextOrNull(2), row.Flag(3), row.GetString(4), row.Flag(5));
}
