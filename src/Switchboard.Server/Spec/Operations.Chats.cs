using Switchboard.Wire;

namespace Switchboard.Server.Spec;

/// <content>Operations of the chats group.</content>
internal static partial class Operations
{
    /// <summary>Lists the chats of all accounts, the latest activity first, each with its last message.</summary>
    public static Operation ListChats { get; } = new()
    {
        Id = "listChats",
        Tag = ChatsTag,
        Method = "GET",
        Pattern = "/v1/chats",
        Summary = "Lists the chats of all accounts, the latest activity first, each with its last message.",
        Access = Scope.Read,
        Query = [AccountFilter, Cursor, Direction, Limit(25, 200)],
        Response = Json<Page<ChatWithPreview>>(),
    };

    /// <summary>Finds chats by words and by state.</summary>
    public static Operation SearchChats { get; } = new()
    {
        Id = "searchChats",
        Tag = ChatsTag,
        Method = "GET",
        Pattern = "/v1/chats/search",
        Summary = "Finds chats by words and by state.",
        Access = Scope.Read,
        Query =
        [
            QueryText("Literal words; all must match."),
            new("scope", QueryType.Text, "Where to look: titles and networks, or member names.")
            {
                Values = ["titles", "participants"],
                Default = "titles",
            },
            new("inbox", QueryType.Text, "Only one inbox; all when left out.") { Values = ["primary", "low-priority", "archive"] },
            new("type", QueryType.Text, "Direct chats or groups.") { Values = ["single", "group", "any"], Default = "any" },
            new("unreadOnly", QueryType.Flag, "Only chats with something unread.") { Default = false },
            IncludeMuted,
            new("lastActivityAfter", QueryType.Time, "Only chats with activity later than this."),
            new("lastActivityBefore", QueryType.Time, "Only chats whose last activity is earlier than this."),
            AccountFilter,
            new("labelID", QueryType.Text, "Only chats with this label."),
            Cursor,
            Direction,
            Limit(50, 200),
        ],
        Response = Json<Page<Chat>>(),
    };

    /// <summary>Creates a direct chat or a group.</summary>
    public static Operation CreateChat { get; } = new()
    {
        Id = "createChat",
        Tag = ChatsTag,
        Method = "POST",
        Pattern = "/v1/chats",
        Summary = "Creates a direct chat or a group.",
        Access = Scope.Write,
        Body = Body<CreateChatInput>(),
        Response = Json<CreateChatOutput>(),
    };

    /// <summary>Finds the direct chat with a person, or starts it.</summary>
    public static Operation StartChat { get; } = new()
    {
        Id = "startChat",
        Tag = ChatsTag,
        Method = "POST",
        Pattern = "/v1/chats/start",
        Summary = "Finds the direct chat with a person, or starts it.",
        Access = Scope.Write,
        Body = Body<StartChatInput>(),
        Response = Json<CreateChatOutput>(),
    };

    /// <summary>Gives one chat.</summary>
    public static Operation GetChat { get; } = new()
    {
        Id = "getChat",
        Tag = ChatsTag,
        Method = "GET",
        Pattern = "/v1/chats/{chatID}",
        Summary = "Gives one chat.",
        Access = Scope.Read,
        Query =
        [
            new("maxParticipantCount", QueryType.Number, "Most members to list: -1 for all, 0 for none.")
            {
                Minimum = -1,
                Maximum = 500,
                Default = 100,
            },
        ],
        Response = Chat,
    };

    /// <summary>Changes a chat: all the given fields, or none.</summary>
    public static Operation UpdateChat { get; } = new()
    {
        Id = "updateChat",
        Tag = ChatsTag,
        Method = "PATCH",
        Pattern = "/v1/chats/{chatID}",
        Summary = "Changes a chat: all the given fields, or none.",
        Description =
            "An absent field stays as it is; null clears it. A draft is refused while the chat has one: clear it first.",
        Access = Scope.Write,
        Body = OptionalBody<UpdateChatInput>(),
        Response = Chat,
    };

    /// <summary>Accepts an invitation or a stranger's request.</summary>
    public static Operation AcceptChat { get; } = new()
    {
        Id = "acceptChat",
        Tag = ChatsTag,
        Method = "POST",
        Pattern = "/v1/chats/{chatID}/accept",
        Summary = "Accepts an invitation or a stranger's request.",
        Description =
            "For chats whose capabilities.messageRequest says that they can be accepted; sending a message accepts too. "
            + "A chat that is neither is a conflict. An addition of this server to the API.",
        Access = Scope.Write,
        Response = Chat,
    };

    /// <summary>Declines an invitation or a stranger's request: the chat goes.</summary>
    public static Operation DeclineChat { get; } = new()
    {
        Id = "declineChat",
        Tag = ChatsTag,
        Method = "POST",
        Pattern = "/v1/chats/{chatID}/decline",
        Summary = "Declines an invitation or a stranger's request: the chat goes.",
        Description = "A chat that is neither is a conflict. An addition of this server to the API.",
        Access = Scope.Write,
    };

    /// <summary>Archives a chat or takes it back to the inbox.</summary>
    public static Operation ArchiveChat { get; } = new()
    {
        Id = "archiveChat",
        Tag = ChatsTag,
        Method = "POST",
        Pattern = "/v1/chats/{chatID}/archive",
        Summary = "Archives a chat or takes it back to the inbox.",
        Access = Scope.Write,
        Body = OptionalBody<ArchiveChatInput>(),
    };

    /// <summary>Marks a chat read, up to a message or whole.</summary>
    public static Operation MarkChatRead { get; } = new()
    {
        Id = "markChatRead",
        Tag = ChatsTag,
        Method = "POST",
        Pattern = "/v1/chats/{chatID}/read",
        Summary = "Marks a chat read, up to a message or whole.",
        Access = Scope.Write,
        Body = OptionalBody<MarkReadInput>(),
        Response = Chat,
    };

    /// <summary>Marks a chat unread, from a message on or by a mark.</summary>
    public static Operation MarkChatUnread { get; } = new()
    {
        Id = "markChatUnread",
        Tag = ChatsTag,
        Method = "POST",
        Pattern = "/v1/chats/{chatID}/unread",
        Summary = "Marks a chat unread, from a message on or by a mark.",
        Access = Scope.Write,
        Body = OptionalBody<MarkUnreadInput>(),
        Response = Chat,
    };

    /// <summary>Notifies the other side of my latest message although they have muted the chat.</summary>
    public static Operation NotifyAnyway { get; } = new()
    {
        Id = "notifyAnyway",
        Tag = ChatsTag,
        Method = "POST",
        Pattern = "/v1/chats/{chatID}/notify-anyway",
        Summary = "Notifies the other side of my latest message although they have muted the chat.",
        Access = Scope.Write,
        Response = Chat,
    };

    /// <summary>Sets the reminder of a chat.</summary>
    public static Operation SetReminder { get; } = new()
    {
        Id = "setReminder",
        Tag = ChatsTag,
        Method = "POST",
        Pattern = "/v1/chats/{chatID}/reminders",
        Summary = "Sets the reminder of a chat.",
        Access = Scope.Write,
        Body = Body<SetReminderInput>(),
    };

    /// <summary>Clears the reminder of a chat.</summary>
    public static Operation ClearReminder { get; } = new()
    {
        Id = "clearReminder",
        Tag = ChatsTag,
        Method = "DELETE",
        Pattern = "/v1/chats/{chatID}/reminders",
        Summary = "Clears the reminder of a chat.",
        Access = Scope.Write,
    };

    /// <summary>Tells the others that the user types, or no longer.</summary>
    public static Operation SetTyping { get; } = new()
    {
        Id = "setTyping",
        Tag = ChatsTag,
        Method = "POST",
        Pattern = "/v1/chats/{chatID}/typing",
        Summary = "Tells the others that the user types, or no longer.",
        Access = Scope.Write,
        LeavesNothing = true,
        Body = Body<SetTypingInput>(),
    };

    /// <summary>Lists the labels, by name.</summary>
    public static Operation ListLabels { get; } = new()
    {
        Id = "listLabels",
        Tag = ChatsTag,
        Method = "GET",
        Pattern = "/v1/labels",
        Summary = "Lists the labels, by name.",
        Access = Scope.Read,
        Response = Json<IReadOnlyList<Label>>(),
    };
}
