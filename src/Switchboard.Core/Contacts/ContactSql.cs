using Switchboard.Core.Chats;
using Switchboard.Sqlite;

namespace Switchboard.Core.Contacts;

internal static class ContactSql
{
    extension(Db db)
    {
        /// <summary>Everybody an account knows but itself and those who only serve chats, by name.</summary>
        public List<Contact> KnownContacts(Access.Access access, long account) => db.Contacts(
            $"""
            u.account = $account AND u.is_self = 0 AND {access.ContactCondition("u")}
            AND NOT (u.cannot_message = 1 AND EXISTS (SELECT 1 FROM participant p WHERE p.contact = u.key AND p.is_network_bot = 1))
            ORDER BY u.sort_name, u.key
            """,
            ("$account", account));

        /// <summary>Known people of exactly this display name.</summary>
        public List<Contact> ContactsNamed(Access.Access access, long account, string fullName) => db.Contacts(
            $"u.account = $account AND u.is_self = 0 AND u.full_name = $name COLLATE NOCASE AND {access.ContactCondition("u")} LIMIT 2",
            ("$account", account), ("$name", fullName));
    }
}
