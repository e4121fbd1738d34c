using Switchboard.Core.Accounts;
using Switchboard.Core.Chats;
using Switchboard.Core.Logins;
using Switchboard.Core.Paging;
using Switchboard.Core.Text;
using Switchboard.Networks;
using Switchboard.Sqlite;

namespace Switchboard.Core.Contacts;

/// <summary>The people that an account knows or can find (rest.md §3).</summary>
public sealed class Contacts(Database database, LoginSupervisor logins)
{
    private const int SearchLimit = 50;

    /// <summary>
    /// Known people and those in the network's directory whose name or handle fits, and the one of exactly this identifier.
    /// A directory that fails does not fail the call.
    /// </summary>
    public async Task<IReadOnlyList<Contact>> SearchAsync(
        Access.Access access, string accountId, string query, CancellationToken cancellationToken)
    {
        var account = database.Read(db => db.DemandAccount(access, accountId));
        var known = List(access, accountId, query, new PageRequest(null, PageDirection.Before, SearchLimit)).Items;
        IReadOnlyList<RemoteUser> listed = [];
        if (access.Chats is null)
        {
            try
            {
                if (await logins.ConnectionOfAsync(account.LoginKey, cancellationToken) is ISupportsContacts network)
                    listed = await network.SearchAsync(account.Id, query, SearchLimit, cancellationToken);
            }
            catch (NetworkException)
            {
                // What is known is still an answer (rest.md §3).
            }
        }

        return known
            .Concat(listed.Select(ToContact))
            .DistinctBy(contact => contact.UserId)
            .Where(contact => contact.UserId != account.Self.UserId)
            .Take(SearchLimit)
            .ToList();
    }

    /// <summary>Known people of an account, by name.</summary>
    public Page<Contact> List(Access.Access access, string accountId, string? query, PageRequest request) => database.Read(db =>
    {
        var account = db.DemandAccount(access, accountId);
        var words = query is null ? [] : SearchText.Index(query).Split(' ', StringSplitOptions.RemoveEmptyEntries);
        var all = db.KnownContacts(access, account.Key);
        var found = all.FindAll(contact => query is null || Fits(contact, query.Trim(), words));
        // Names are not numbers: a contact's place is its rank, told apart by its key should the list have changed meanwhile.
        var places = found.Select((contact, rank) => (Contact: contact, Edge: new Edge(-rank, contact.Key))).ToList();
        return Paging.Paging.Cut(
            request,
            $"contacts {account.Key} {query}",
            place => place.Edge,
            (edge, newer, count) =>
            {
                var at = edge is { } from ? Rank(places, from) : -1;
                var ahead = newer ? places.Take(Math.Max(at, 0)).Reverse() : places.Skip(at + 1);
                return ahead.Take(count).ToList();
            }).Select(place => place.Contact);
    });

    private static int Rank(List<(Contact Contact, Edge Edge)> places, Edge from)
    {
        var same = places.FindIndex(place => place.Edge.Minor == from.Minor);
        return same >= 0 ? same : (int)Math.Clamp(-from.Major, -1, places.Count) - 1;
    }

    private static bool Fits(Contact contact, string query, string[] words)
    {
        if (contact.UserId == query || contact.Email == query || contact.PhoneNumber == query)
            return true;
        var names = SearchText.Index($"{contact.FullName} {contact.Username}").Split(' ');
        return words.Length > 0 && words.All(word => names.Any(name => name.StartsWith(word, StringComparison.Ordinal)));
    }

    private static Contact ToContact(RemoteUser user) => new()
    {
        UserId = user.Id.Value,
        Username = user.Username,
        FullName = user.FullName,
        PhoneNumber = user.PhoneNumber,
        Email = user.Email,
        CannotMessage = user.CannotMessage,
    };
}
