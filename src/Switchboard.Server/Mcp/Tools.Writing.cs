using static Switchboard.Server.Mcp.OutputSchema;

namespace Switchboard.Server.Mcp;

/// <content>Tools that change something.</content>
internal static partial class Tools
{
    /// <summary>Opens a direct chat.</summary>
    public static ToolDefinition StartChat { get; } = Write(
        "start_chat", "Start a chat",
        "Opens the direct chat with one person, or gives the one that exists. Nothing is sent. When several people fit, it is "
        + "refused with the candidates: ask the user, then name one by ID.") with
    {
        IsIdempotent = true,
        ReachesOthers = true,
        Parameters =
        [
            new("accountID", ParameterKind.Text, "The account to start it from; may be left out when there is only one."),
            new("user", ParameterKind.Object, "The person, by at least one of these.")
            {
                Required = true,
                Fields =
                [
                    new("id", ParameterKind.Text, "User ID from an earlier result."),
                    new("username", ParameterKind.Text, "Handle on the network."),
                    new("phoneNumber", ParameterKind.Text, "Phone number with its country code."),
                    new("email", ParameterKind.Text, "E-mail address."),
                    new("fullName", ParameterKind.Text, "Display name, when only one person has it."),
                ],
            },
        ],
        Output = Object("chat created", ("chat", Chat), ("created", Flag), ("notice", Text)),
    };

    /// <summary>Sends a message or a file.</summary>
    public static ToolDefinition SendMessage { get; } = Write(
        "send_message", "Send a message or a file",
        "Sends text (Markdown or plain), a file, or both as one message to exactly the chat that is named. Other people will see "
        + "it: send only what the user wants sent. Repeating the call sends it again.") with
    {
        ReachesOthers = true,
        Parameters =
        [
            ChatId,
            new("text", ParameterKind.Text, "The text, as Markdown or plain text."),
            new("replyToMessageID", ParameterKind.Text, "The message that this one answers."),
            new("attachment", ParameterKind.Object, "A file: an upload by its ID, or its content in Base64.")
            {
                Fields =
                [
                    new("uploadID", ParameterKind.Text, "ID of a file uploaded with POST /v1/assets/upload."),
                    new("contentBase64", ParameterKind.Text, "The file itself in Base64, 10 MB at most."),
                    new("fileName", ParameterKind.Text, "Its name."),
                    new("mimeType", ParameterKind.Text, "Its type, such as image/png; found out from the content when left out."),
                    new("type", ParameterKind.Text, "How it is shown; by its MIME type when left out.")
                    {
                        Values = ["image", "video", "audio", "file", "gif", "voice-note", "sticker"],
                    },
                ],
            },
        ],
        Output = Object("chatID pendingMessageID", ("chatID", Text), ("pendingMessageID", Text), ("message", Message), ("notice", Text)),
    };

    /// <summary>Changes a message's text.</summary>
    public static ToolDefinition EditMessage { get; } = Write(
        "edit_message", "Edit a message", "Replaces the text of a message that the account's owner sent. Others see the new text.") with
    {
        IsDestructive = true,
        IsIdempotent = true,
        ReachesOthers = true,
        Parameters = [ChatId, MessageId, new("text", ParameterKind.Text, "The new text, as Markdown or plain text.") { Required = true }],
        Output = Object("message", ("message", Message), ("notice", Text)),
    };

    /// <summary>Deletes a message.</summary>
    public static ToolDefinition DeleteMessage { get; } = Write(
        "delete_message", "Delete a message", "Deletes a message for good, for everyone unless forEveryone is false.") with
    {
        IsDestructive = true,
        IsIdempotent = true,
        ReachesOthers = true,
        Parameters = [ChatId, MessageId, new("forEveryone", ParameterKind.Flag, "Whether it goes for others too; true when left out.")],
        Output = Object("chatID messageID deleted", ("chatID", Text), ("messageID", Text), ("deleted", Flag)),
    };

    /// <summary>Adds or removes a reaction.</summary>
    public static ToolDefinition AddReaction { get; } = Write(
        "add_reaction", "React to a message", "Adds a reaction such as an emoji to a message, or takes the owner's one away with remove: true.") with
    {
        IsIdempotent = true,
        ReachesOthers = true,
        Parameters =
        [
            ChatId, MessageId,
            new("reactionKey", ParameterKind.Text, "The emoji, or a key that the network knows.") { Required = true },
            new("remove", ParameterKind.Flag, "Take the reaction away instead."),
        ],
        Output = Object(
            "chatID messageID reactionKey removed", ("chatID", Text), ("messageID", Text), ("reactionKey", Text), ("removed", Flag)),
    };

    /// <summary>Archives a chat.</summary>
    public static ToolDefinition ArchiveChat { get; } = Write(
        "archive_chat", "Archive a chat", "Puts a chat into the archive, or brings it back with archived: false.") with
    {
        IsIdempotent = true,
        Parameters = [ChatId, new("archived", ParameterKind.Flag, "Whether it is to be archived; true when left out.")],
        Output = Object("chatID archived", ("chatID", Text), ("archived", Flag)),
    };

    /// <summary>Sets a reminder.</summary>
    public static ToolDefinition SetChatReminder { get; } = Write(
        "set_chat_reminder", "Set a reminder", "Has a chat come back to the owner's attention at a time in the future.") with
    {
        IsIdempotent = true,
        Parameters =
        [
            ChatId,
            new("reminder", ParameterKind.Object, "When, by one of remindAt and remindAtMs.")
            {
                Required = true,
                Fields =
                [
                    new("remindAt", ParameterKind.Time, "The time in ISO 8601."),
                    new("remindAtMs", ParameterKind.Whole, "The time in milliseconds since 1970."),
                    new("dismissOnIncomingMessage", ParameterKind.Flag, "Whether a message from somebody else drops the reminder."),
                ],
            },
        ],
        Output = Object("chatID remindAt", ("chatID", Text), ("remindAt", Text)),
    };

    /// <summary>Drops a reminder.</summary>
    public static ToolDefinition ClearChatReminder { get; } = Write(
        "clear_chat_reminder", "Clear a reminder", "Drops the reminder of a chat, if there is one.") with
    {
        IsIdempotent = true,
        Parameters = [ChatId],
        Output = Object("chatID cleared", ("chatID", Text), ("cleared", Flag)),
    };

    /// <summary>Prepares a chat for the owner.</summary>
    public static ToolDefinition FocusApp { get; } = Write(
        "focus_app", "Prepare a chat: write a draft, mark it read",
        "Puts text into a chat's draft for the owner to look at and send (nothing is sent), takes the draft away, or marks the chat "
        + "read. This server has no window that could come to the front.") with
    {
        IsDestructive = true,
        IsIdempotent = true,
        Parameters =
        [
            ChatId with { Required = false },
            new("messageID", ParameterKind.Text, "With markRead: read up to this message."),
            new("draftText", ParameterKind.Text, "Text for the draft. A draft that is there already is kept unless clearDraft is true."),
            new("draftAttachmentPath", ParameterKind.Text, "A file for the draft: the path that an upload to this server gave."),
            new("clearDraft", ParameterKind.Flag, "Take away the draft that is there, before anything else."),
            new("markRead", ParameterKind.Flag, "Mark the chat read; others may see that."),
        ],
        Output = Object("focused", ("focused", Flag), ("draftChanged", Flag), ("markedRead", Flag), ("chat", Chat), ("notice", Text)),
    };
}
