using Switchboard.Wire;

namespace Switchboard.Server.Spec;

/// <content>Operations of the messages group.</content>
internal static partial class Operations
{
    /// <summary>Lists the messages of a chat, newest first.</summary>
    public static Operation ListMessages { get; } = new()
    {
        Id = "listMessages",
        Tag = MessagesTag,
        Method = "GET",
        Pattern = "/v1/chats/{chatID}/messages",
        Summary = "Lists the messages of a chat, newest first.",
        Access = Scope.Read,
        Query = [Cursor, Direction, Limit(25, 200)],
        Response = Json<Page<Message>>(),
    };

    /// <summary>Gives one message; waits a moment for one that is still being sent.</summary>
    public static Operation GetMessage { get; } = new()
    {
        Id = "getMessage",
        Tag = MessagesTag,
        Method = "GET",
        Pattern = "/v1/chats/{chatID}/messages/{messageID}",
        Summary = "Gives one message; waits a moment for one that is still being sent.",
        Access = Scope.Read,
        Response = Json<Message>(),
    };

    /// <summary>Sends a message.</summary>
    public static Operation SendMessage { get; } = new()
    {
        Id = "sendMessage",
        Tag = MessagesTag,
        Method = "POST",
        Pattern = "/v1/chats/{chatID}/messages",
        Summary = "Sends a message.",
        Description =
            "The answer means accepted; delivery shows in sendStatus. A failure to deliver is never an error here.",
        Access = Scope.Write,
        Body = OptionalBody<SendMessageInput>(),
        Response = Json<SendMessageOutput>(),
    };

    /// <summary>Replaces the text of one of my messages.</summary>
    public static Operation EditMessage { get; } = new()
    {
        Id = "editMessage",
        Tag = MessagesTag,
        Method = "PUT",
        Pattern = "/v1/chats/{chatID}/messages/{messageID}",
        Summary = "Replaces the text of one of my messages.",
        Access = Scope.Write,
        Body = Body<EditMessageInput>(),
        Response = Json<EditMessageOutput>(),
    };

    /// <summary>Deletes a message.</summary>
    public static Operation DeleteMessage { get; } = new()
    {
        Id = "deleteMessage",
        Tag = MessagesTag,
        Method = "DELETE",
        Pattern = "/v1/chats/{chatID}/messages/{messageID}",
        Summary = "Deletes a message.",
        Access = Scope.Write,
        Query =
        [
            new("forEveryone", QueryType.Flag, "Delete it for all, where the network can.") { Default = true },
        ],
    };

    /// <summary>Finds messages by words and by where they are, newest first.</summary>
    public static Operation SearchMessages { get; } = new()
    {
        Id = "searchMessages",
        Tag = MessagesTag,
        Method = "GET",
        Pattern = "/v1/messages/search",
        Summary = "Finds messages by words and by where they are, newest first.",
        Access = Scope.Read,
        Query =
        [
            new("query", QueryType.Text, "Literal words in any order; all must match."),
            new("chatIDs", QueryType.Text, "Only these chats.") { IsArray = true },
            AccountFilter,
            new("chatType", QueryType.Text, "Only direct chats, or only groups.") { Values = ["single", "group"] },
            new("mediaTypes", QueryType.Text, "Only messages with such content.")
            {
                IsArray = true,
                Values = ["any", "video", "image", "link", "file"],
            },
            new("sender", QueryType.Text, "Only messages by me, by others, or by the person with this user ID: me, others, or the ID."),
            new("dateAfter", QueryType.Time, "Only messages later than this."),
            new("dateBefore", QueryType.Time, "Only messages earlier than this."),
            IncludeMuted,
            new("excludeLowPriority", QueryType.Flag, "Low-priority chats are left out.") { Default = true },
            Cursor,
            Direction,
            Limit(20, 20),
        ],
        Response = Json<MessageSearchPage>(),
    };

    /// <summary>Adds my reaction to a message.</summary>
    public static Operation AddReaction { get; } = new()
    {
        Id = "addReaction",
        Tag = MessagesTag,
        Method = "POST",
        Pattern = "/v1/chats/{chatID}/messages/{messageID}/reactions",
        Summary = "Adds my reaction to a message.",
        Access = Scope.Write,
        Body = Body<AddReactionInput>(),
        Response = Json<AddReactionOutput>(),
    };

    /// <summary>Removes my reaction from a message.</summary>
    public static Operation RemoveReaction { get; } = new()
    {
        Id = "removeReaction",
        Tag = MessagesTag,
        Method = "DELETE",
        Pattern = "/v1/chats/{chatID}/messages/{messageID}/reactions/{reactionKey}",
        Aliases = ["/v1/chats/{chatID}/messages/{messageID}/reactions"],
        Summary = "Removes my reaction from a message.",
        Access = Scope.Write,
        Response = Json<RemoveReactionOutput>(),
    };
}
