using Switchboard.Wire;

namespace Switchboard.Server.Spec;

/// <summary>
/// Every operation of the contract, once (rest.md §2–§6, and §7.1, §7.4–§7.6 beyond the core). A handler is mapped by its entry
/// here; the OpenAPI document and the scope checks read the same entries.
/// </summary>
internal static partial class Operations
{
    private const string ServerTag = "Server";
    private const string AccountsTag = "Accounts";
    private const string ChatsTag = "Chats";
    private const string MessagesTag = "Messages";
    private const string AssetsTag = "Assets";
    private const string BridgesTag = "Bridges";

    // Computed, because the order in which the parts of this class are initialised is not defined.
    private static QueryParameter Cursor => new(
        "cursor", QueryType.Text, "Opaque position from an earlier page; without it the newest page is given.");

    private static QueryParameter Direction => new(
        "direction", QueryType.Text, "Which way to go from the cursor: before is older, after is newer.")
    {
        Values = ["before", "after"],
        Default = "before",
    };

    private static QueryParameter AccountFilter => new(
        "accountIDs", QueryType.Text, "Only these accounts; all when left out. Unknown accounts match nothing.")
    {
        IsArray = true,
    };

    private static QueryParameter IncludeMuted => new(
        "includeMuted", QueryType.Flag, "Muted chats are included.")
    {
        Default = true,
    };

    /// <summary>All operations, in the order of the document.</summary>
    public static IReadOnlyList<Operation> All => field ??=
    [
        GetInfo, GetSpec, GetSetup, Focus, Search, ConnectEvents,
        ListAccounts, GetAccount, RemoveAccount, SearchContacts, ListContacts,
        ListChats, SearchChats, CreateChat, StartChat, GetChat, UpdateChat, AcceptChat, DeclineChat, ArchiveChat, MarkChatRead, MarkChatUnread,
        NotifyAnyway, SetReminder, ClearReminder, SetTyping, ListLabels,
        ListMessages, GetMessage, SendMessage, EditMessage, DeleteMessage, SearchMessages, AddReaction, RemoveReaction,
        DownloadAsset, ServeAsset, HeadAsset, UploadAsset, UploadAssetBase64,
        ListBridges, GetBridge, GetBridgeCapabilities, ListLoginFlows, ListBridgeLogins, GetBridgeLogin, RemoveBridgeLogin,
        CreateLoginSession, GetLoginSession, CancelLoginSession, SubmitLoginStep,
    ];

    private static QueryParameter Limit(int standard, int maximum) => new("limit", QueryType.Number, "Most items on a page.")
    {
        Minimum = 1,
        Maximum = maximum,
        Default = standard,
    };

    private static QueryParameter QueryText(string description, bool required = false) => new("query", QueryType.Text, description)
    {
        MinLength = 1,
        Required = required,
    };

    private static ResponseBody.Json Json<T>() => new(typeof(T));

    private static RequestBody.Json Body<T>() => new(typeof(T));

    private static RequestBody.Json OptionalBody<T>() => new(typeof(T), Required: false);

    private static ResponseBody.Json Chat => Json<Chat>();
}
