using Switchboard.Core.Contacts;
using Switchboard.Server.Http;
using Switchboard.Server.Mapping;
using Switchboard.Server.Spec;
using Switchboard.Wire;

namespace Switchboard.Server.Api;

/// <summary>Accounts and the people they know (rest.md §3).</summary>
internal sealed class AccountsApi(Core.Accounts.Accounts accounts, Contacts contacts, WireMapper map)
{
    /// <summary>Maps the routes.</summary>
    public void Map(Routes routes)
    {
        routes.Map<IReadOnlyList<Account>>(Operations.ListAccounts, request =>
            accounts.List(request.Access).Select(account => map.ToWire(account, request.BaseUrl)).ToList());
        routes.Map(Operations.GetAccount, request => map.ToWire(
            accounts.Get(request.Access, request.Path("accountID")), request.BaseUrl));
        routes.Map(Operations.RemoveAccount, async (request, cancellationToken) =>
        {
            var account = accounts.Get(request.Access, request.Path("accountID"));
            await accounts.RemoveAsync(request.Access, account, cancellationToken);
            request.Concerns(account: account.Id);
        });
        routes.Map(Operations.SearchContacts, SearchAsync);
        routes.Map(Operations.ListContacts, List);
    }

    private async Task<ItemList<User>> SearchAsync(ApiRequest request, CancellationToken cancellationToken)
    {
        var query = request.RequiredText("query", "q");
        request.Check();
        var found = await contacts.SearchAsync(request.Access, request.Path("accountID"), query, cancellationToken);
        return new ItemList<User> { Items = found.Select(contact => map.ToWire(contact, request.BaseUrl)).ToList() };
    }

    private Page<User> List(ApiRequest request)
    {
        var page = request.Page(50, 200);
        request.Check();
        return contacts.List(request.Access, request.Path("accountID"), request.Text("query"), page)
            .ToWire(contact => map.ToWire(contact, request.BaseUrl));
    }
}
