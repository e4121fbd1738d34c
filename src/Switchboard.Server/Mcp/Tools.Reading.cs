using static Switchboard.Server.Mcp.OutputSchema;

namespace Switchboard.Server.Mcp;

/// <content>Tools that change nothing.</content>
internal static partial class Tools
{
    /// <summary>The accounts.</summary>
    public static ToolDefinition GetAccounts { get; } = Read(
        "get_accounts", "List accounts", "Lists the connected accounts: network, owner's name, account ID, state. Start here.") with
    {
        Output = Object(
            "accounts",
            ("accounts", List(Object("accountID network user", ("accountID", Text), ("network", Text), ("status", Text), ("user", Person)))),
            ("notice", Text)),
    };

    /// <summary>Everything of a few words.</summary>
    public static ToolDefinition Search { get; } = Read(
        "search", "Search everything",
        "Finds chats by title, groups by the people in them, known contacts by name, and messages by their words, a few of each. "
        + "The search is literal: every word must occur (its beginning is enough); it knows no synonyms and no questions. "
        + "Use one or two words that must be there. For more of one kind use search_chats or search_messages.") with
    {
        Parameters = [new("query", ParameterKind.Text, "Words that must all occur.") { Required = true }],
        Output = Object(
            "chats inGroups contacts messages hasMore",
            ("chats", List(Chat)), ("inGroups", List(Chat)), ("contacts", List(Person)), ("messages", Page(Message)),
            ("hasMore", Object("chats inGroups contacts", ("chats", Flag), ("inGroups", Flag), ("contacts", Flag))), ("notice", Text)),
    };

    /// <summary>Chats that fit.</summary>
    public static ToolDefinition SearchChats { get; } = Read(
        "search_chats", "Find chats",
        "Lists chats, the one with the latest activity first; without arguments, all of them page by page. "
        + "The query is literal: every word must begin a word of the title (or, with scope participants, of a participant's name).") with
    {
        Parameters =
        [
            new("query", ParameterKind.Text, "Words that must all occur."),
            new("scope", ParameterKind.Text, "What the query speaks of; titles when left out.") { Values = ["titles", "participants"] },
            new("inbox", ParameterKind.Text, "Only chats of this inbox.") { Values = ["primary", "low-priority", "archive"] },
            new("type", ParameterKind.Text, "Only direct chats (single) or only groups; any when left out.") { Values = ["single", "group", "any"] },
            new("unreadOnly", ParameterKind.Flag, "Only chats with unread messages."),
            IncludeMuted,
            new("lastActivityAfter", ParameterKind.Time, "Only chats with activity after this time."),
            new("lastActivityBefore", ParameterKind.Time, "Only chats with their latest activity before this time."),
            AccountIds, Cursor, Direction, Limit(20, 100),
        ],
        Output = Page(Chat),
    };

    /// <summary>One chat.</summary>
    public static ToolDefinition GetChat { get; } = Read(
        "get_chat", "Look at a chat", "Gives one chat with its participants, unread count, draft and reminder.") with
    {
        Parameters =
        [
            ChatId,
            new("maxParticipantCount", ParameterKind.Whole, "Participants at most; -1 or left out: all, up to 500.") { Least = -1, Most = 500 },
        ],
        Output = Object("chat", ("chat", Chat), ("notice", Text)),
    };

    /// <summary>The messages of one chat.</summary>
    public static ToolDefinition ListMessages { get; } = Read(
        "list_messages", "Read a chat", "Gives messages of one chat, the newest page first; go on with the cursor of the answer.") with
    {
        Parameters = [ChatId, Cursor, Direction, Limit(25, 100), TextLength],
        Output = Page(Message),
    };

    /// <summary>Messages that fit.</summary>
    public static ToolDefinition SearchMessages { get; } = Read(
        "search_messages", "Find messages",
        "Finds messages by their words and by filters, the newest first. The search is literal: every word must occur "
        + "(its beginning is enough). Without a query the filters alone decide, such as a chat and a span of time.") with
    {
        Parameters =
        [
            new("query", ParameterKind.Text, "Words that must all occur."),
            new("chatIDs", ParameterKind.Texts, "Only in these chats."),
            AccountIds,
            new("chatType", ParameterKind.Text, "Only in direct chats (single) or in groups.") { Values = ["single", "group"] },
            new("sender", ParameterKind.Text, "me, others, or a user ID from an earlier result."),
            new("mediaTypes", ParameterKind.Texts, "Only messages with one of these.") { Values = ["any", "video", "image", "link", "file"] },
            new("dateAfter", ParameterKind.Time, "Only messages after this time."),
            new("dateBefore", ParameterKind.Time, "Only messages before this time."),
            IncludeMuted,
            new("excludeLowPriority", ParameterKind.Flag, "Whether chats of low priority are left out; true when left out."),
            Cursor, Direction, Limit(20, 20), TextLength,
        ],
        Output = Page(Message),
    };

    /// <summary>A file.</summary>
    public static ToolDefinition GetAttachment { get; } = Read(
        "get_attachment", "Fetch an attachment",
        "Fetches a file of a message to the server and gives a link to it (with its name, type and size) that can be downloaded "
        + "with the same access token.") with
    {
        Parameters = [new("url", ParameterKind.Text, "ID of the attachment from an earlier result, such as mxc://….") { Required = true }],
        Output = Object(
            "url downloadURL fileName mimeType",
            ("url", Text), ("downloadURL", Text), ("fileName", Text), ("mimeType", Text), ("fileSize", Whole), ("notice", Text)),
    };
}
