using Switchboard.Server.Spec;

namespace Switchboard.Server.Mcp;

/// <summary>Every tool, once (mcp.md §2): names and inputs as clients of the contract know them, and what they lack besides.</summary>
internal static partial class Tools
{
    /// <summary>All tools, in the order in which they are listed.</summary>
    public static IReadOnlyList<ToolDefinition> All => field ??=
    [
        GetAccounts, Search, SearchChats, GetChat, ListMessages, SearchMessages, GetAttachment,
        StartChat, SendMessage, EditMessage, DeleteMessage, AddReaction, ArchiveChat, SetChatReminder, ClearChatReminder, FocusApp,
    ];

    /// <summary>The tool of that name.</summary>
    public static ToolDefinition? Find(string name) => All.FirstOrDefault(tool => tool.Name == name);

    // Computed, because the order in which the parts of this class are initialised is not defined.
    private static ToolParameter ChatId => new(
        "chatID", ParameterKind.Text, "ID or local ID of the chat, from an earlier result. Titles are not accepted.")
    {
        Required = true,
    };

    private static ToolParameter MessageId => new("messageID", ParameterKind.Text, "ID of the message, from an earlier result.")
    {
        Required = true,
    };

    private static ToolParameter Cursor => new(
        "cursor", ParameterKind.Text,
        "Where to go on: the cursor of an earlier page of the same list. Without it the newest page is given.");

    private static ToolParameter Direction => new(
        "direction", ParameterKind.Text, "From the cursor: before goes to older ones (the default), after to newer ones.")
    {
        Values = ["before", "after"],
    };

    private static ToolParameter AccountIds => new(
        "accountIDs", ParameterKind.Texts, "Only these accounts; all when left out. IDs come from get_accounts.");

    private static ToolParameter IncludeMuted => new(
        "includeMuted", ParameterKind.Flag, "Whether muted chats count too; true when left out.");

    private static ToolParameter TextLength => new(
        "maxTextLength", ParameterKind.Whole,
        "Characters of each message's text at most; a longer one is cut and says so. 1000 when left out.")
    {
        Least = 100,
        Most = 100_000,
    };

    private static ToolParameter Limit(int standard, int most) => new(
        "limit", ParameterKind.Whole, $"Items at most; {standard} when left out. A page may be shorter when its items are long.")
    {
        Least = 1,
        Most = most,
    };

    private static ToolDefinition Read(string name, string title, string description) => new()
    {
        Name = name,
        Title = title,
        Description = description,
        Access = Scope.Read,
        Output = OutputSchema.Object(""),
    };

    private static ToolDefinition Write(string name, string title, string description) =>
        Read(name, title, description) with { Access = Scope.Write };
}
