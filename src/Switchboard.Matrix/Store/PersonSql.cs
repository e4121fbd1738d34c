using Switchboard.Sqlite;

namespace Switchboard.Matrix.Store;

internal static class PersonSql
{
    extension(Db db)
    {
        /// <summary>What a profile told of somebody.</summary>
        public KnownPerson? PersonDetails(string user) => db.QueryFirst(
            "SELECT user, username, phone, email, is_bot FROM person WHERE user = $user",
            row => new KnownPerson(row.GetString(0), null, null)
            {
                Username = row.TextOrNull(1),
                PhoneNumber = row.TextOrNull(2),
                Email = row.TextOrNull(3),
                IsBot = row.Flag(4),
            },
            ("$user", user));

        /// <summary>Notes what a profile told of somebody.</summary>
        public void SavePerson(KnownPerson person) => db.Execute(
            """
            INSERT INTO person (user, username, phone, email, is_bot) VALUES ($user, $username, $phone, $email, $bot)
            ON CONFLICT (user) DO UPDATE SET
              username = excluded.username, phone = excluded.phone, email = excluded.email, is_bot = excluded.is_bot
            WHERE username IS NOT excluded.username OR phone IS NOT excluded.phone OR email IS NOT excluded.email
              OR is_bot <> excluded.is_bot
            """,
            ("$user", person.UserId), ("$username", person.Username), ("$phone", person.PhoneNumber), ("$email", person.Email),
            ("$bot", person.IsBot));
    }
}
