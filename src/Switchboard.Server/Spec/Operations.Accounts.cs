using Switchboard.Wire;

namespace Switchboard.Server.Spec;

/// <content>Operations of the accounts group.</content>
internal static partial class Operations
{
    /// <summary>Lists the accounts.</summary>
    public static Operation ListAccounts { get; } = new()
    {
        Id = "listAccounts",
        Tag = AccountsTag,
        Method = "GET",
        Pattern = "/v1/accounts",
        Summary = "Lists the accounts.",
        Access = Scope.Read,
        Response = Json<IReadOnlyList<Account>>(),
    };

    /// <summary>Gives one account.</summary>
    public static Operation GetAccount { get; } = new()
    {
        Id = "getAccount",
        Tag = AccountsTag,
        Method = "GET",
        Pattern = "/v1/accounts/{accountID}",
        Summary = "Gives one account.",
        Access = Scope.Read,
        Response = Json<Account>(),
    };

    /// <summary>Removes an account from this server.</summary>
    public static Operation RemoveAccount { get; } = new()
    {
        Id = "removeAccount",
        Tag = AccountsTag,
        Method = "DELETE",
        Pattern = "/v1/accounts/{accountID}",
        Summary = "Removes an account from this server.",
        Access = Scope.Write,
    };

    /// <summary>Finds people: known contacts, the network's directory, and exact look-ups.</summary>
    public static Operation SearchContacts { get; } = new()
    {
        Id = "searchContacts",
        Tag = AccountsTag,
        Method = "GET",
        Pattern = "/v1/accounts/{accountID}/contacts",
        Summary = "Finds people: known contacts, the network's directory, and exact look-ups.",
        Access = Scope.Read,
        Query = [QueryText("Name, handle, phone number or e-mail address.", required: true)],
        Response = Json<ItemList<User>>(),
    };

    /// <summary>Lists the known contacts of an account.</summary>
    public static Operation ListContacts { get; } = new()
    {
        Id = "listContacts",
        Tag = AccountsTag,
        Method = "GET",
        Pattern = "/v1/accounts/{accountID}/contacts/list",
        Summary = "Lists the known contacts of an account.",
        Access = Scope.Read,
        Query = [Cursor, Direction, Limit(50, 200), QueryText("Words of a name or handle.")],
        Response = Json<Page<User>>(),
    };
}
