using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Switchboard.Core.Paging;
using Switchboard.Core.Text;
using Switchboard.Server.Mapping;
using Switchboard.Wire;
using Domain = Switchboard.Core;

namespace Switchboard.Server.Mcp;

/// <summary>
/// Turns what the core knows into results: the REST objects, made smaller for models, and Markdown beside them. Lists show a
/// few people of each chat, texts are plain and cut where the caller said, and both are said where they happen.
/// </summary>
internal sealed class ToolShapes(WireMapper map, TimeProvider clock)
{
    private const int PeopleInLists = 5;
    private const int DraftInLists = 1000;

    /// <summary>
    /// A chat; capabilities are left out, and people beyond <paramref name="people"/> and what a draft has beyond
    /// <paramref name="draftLength"/> characters.
    /// </summary>
    public JsonObject Chat(Domain.Chats.Chat chat, string baseUrl, int people = PeopleInLists, int draftLength = DraftInLists)
    {
        var wire = map.ToWire(chat, baseUrl);
        var json = ToJson(wire with
        {
            Participants = wire.Participants with
            {
                Items = wire.Participants.Items.Take(people).ToList(),
                HasMore = wire.Participants.HasMore || wire.Participants.Items.Count > people,
            },
        });
        json.Remove("capabilities");
        if (chat.Draft is null)
            return json;
        var text = MatrixHtml.ToPlainText(chat.Draft.Text);
        json["draft"]!["text"] = ToolText.Cut(text, draftLength);
        if (text.Length > draftLength)
        {
            json["draft"]!["isTextTruncated"] = true;
            json["draft"]!["textLength"] = text.Length;
        }

        return json;
    }

    /// <summary>A message with its text as plain text of at most <paramref name="length"/> characters.</summary>
    public JsonObject Message(Domain.Messages.Message message, int length)
    {
        var json = ToJson(map.ToWire(message));
        var text = message.Text is null ? null : MatrixHtml.ToPlainText(message.Text);
        json["isTextTruncated"] = text?.Length > length;
        if (text is null)
            return json;
        json["text"] = ToolText.Cut(text, length);
        if (text.Length > length)
            json["textLength"] = text.Length;
        return json;
    }

    /// <summary>An account or a person.</summary>
    public static JsonObject ToJson<T>(T wire) => (JsonObject)JsonSerializer.SerializeToNode(wire, WireJson.TypeOf<T>())!;

    /// <summary>A page's items and how to go on.</summary>
    public static JsonObject Page<T>(Domain.Paging.Page<T> page, PageRequest request, Func<T, JsonObject> shape)
    {
        var json = new JsonObject
        {
            ["items"] = new JsonArray([.. page.Items.Select(shape)]),
            ["hasMore"] = page.HasMore,
            ["notice"] = ToolText.Notice,
        };
        if (page.Items.Count > 0 && page.OldestCursor is { } cursor)
        {
            json["cursor"] = cursor;
            json["direction"] = request.Direction == PageDirection.Before ? "before" : "after";
        }

        return json;
    }

    /// <summary>How to go on, in a line; nothing when this was all.</summary>
    public static string More<T>(Domain.Paging.Page<T> page, PageRequest request) => page.HasMore
        ? $"\n\nThere is more: call again with cursor `{page.OldestCursor}`"
            + (request.Direction == PageDirection.After ? " and direction `after`." : ".")
        : "";

    /// <summary>A chat in Markdown.</summary>
    public string Describe(Domain.Chats.Chat chat, int people = PeopleInLists)
    {
        var others = chat.Participants.Where(participant => !participant.Contact.IsSelf).Take(people).ToList();
        var flags = new (bool Is, string Word)[]
        {
            (chat.IsPinned, "pinned"), (chat.IsMuted, "muted"), (chat.IsArchived, "archived"), (chat.IsLowPriority, "low priority"),
            (chat.IsReadOnly, "read only"), (chat.IsInvitation, "invitation"), (chat.Draft is not null, "has a draft"),
        };
        var text = new StringBuilder()
            .Append(CultureInfo.InvariantCulture, $"## {ToolText.Name(chat.Title)}\n")
            .Append(CultureInfo.InvariantCulture, $"chatID `{chat.Key}` (`{chat.Id}`), {(chat.IsGroup ? "group" : "direct chat")} on {ToolText.Name(chat.Network)}")
            .Append(CultureInfo.InvariantCulture, $", account `{chat.AccountId}`, {chat.Unread} unread, last activity {ToolText.Time(chat.LastActivity, clock)}");
        foreach (var (_, word) in flags.Where(flag => flag.Is))
        {
            text.Append(", ").Append(word);
        }

        if (chat.Reminder is { } reminder)
            text.Append(CultureInfo.InvariantCulture, $", reminder {ToolText.Time(reminder.At, clock)}");
        if (others.Count > 0)
        {
            text.Append("\nWith ").AppendJoin(", ", others.Select(other => Person(other.Contact)))
                .Append(CultureInfo.InvariantCulture, $" ({chat.ParticipantCount} in all)");
        }

        return text.ToString();
    }

    /// <summary>A person in Markdown.</summary>
    public static string Person(Domain.Chats.Contact contact) =>
        $"{ToolText.Name(contact.FullName ?? contact.Username ?? contact.PhoneNumber ?? contact.Email ?? contact.UserId)} ({ToolText.Code(contact.UserId)})";

    /// <summary>A message in Markdown.</summary>
    public string Describe(Domain.Messages.Message message, int length, bool namesChat = false)
    {
        var text = new StringBuilder()
            .Append(CultureInfo.InvariantCulture, $"**{ToolText.Name(message.SenderName)}**{(message.IsMine ? " (me)" : "")}, ")
            .Append(CultureInfo.InvariantCulture, $"{ToolText.Time(message.SentAt, clock)}, messageID `{message.Id}`");
        if (namesChat)
            text.Append(CultureInfo.InvariantCulture, $" in chat `{message.ChatKey}`");
        if (message.ReplyTo is { } answered)
            text.Append(CultureInfo.InvariantCulture, $", answers `{answered}`");
        if (message.EditedAt is not null)
            text.Append(", edited");
        if (message.SendStatus is { State: var state } && state != Domain.Messages.SendStatus.Success)
            text.Append(CultureInfo.InvariantCulture, $", {state}");
        if (message.IsDeleted)
            return text.Append(", deleted").ToString();
        var plain = message.Text is null ? "" : MatrixHtml.ToPlainText(message.Text);
        if (plain.Length > 0)
            text.Append('\n').Append(ToolText.Quote(ToolText.Cut(plain, length)));
        if (plain.Length > length)
            text.Append(CultureInfo.InvariantCulture, $"\n(Cut: {length} of {plain.Length} characters. A larger maxTextLength gives more.)");
        foreach (var attachment in map.ToWire(message).Attachments ?? [])
        {
            text.Append(CultureInfo.InvariantCulture, $"\nAttachment {ToolText.Name(attachment.FileName)}, {ToolText.Name(attachment.MimeType)}")
                .Append(CultureInfo.InvariantCulture, $", {attachment.FileSize} bytes: {ToolText.Code(attachment.Id ?? "")}");
        }

        if (message.Reactions.Count > 0)
        {
            text.Append("\nReactions: ").AppendJoin(
                ", ", message.Reactions.CountBy(reaction => reaction.Key).Select(pair => $"{ToolText.Name(pair.Key)} {pair.Value}"));
        }

        return text.ToString();
    }

    /// <summary>How many people of a chat fit into half an answer.</summary>
    public int FittingPeople(Domain.Chats.Chat chat, string baseUrl) => Fitting(
        chat.Participants, PageDirection.Before, person => Person(person.Contact), person => ToJson(map.ToWire(person.Contact, baseUrl)), parts: 2);

    /// <summary>How many items of a page fit into one answer, counted as a shorter page would hold them; at least one.</summary>
    /// <param name="items">The items, the newest first.</param>
    /// <param name="direction">Where the page goes: a shorter one towards newer items leaves out the newest.</param>
    /// <param name="describe">An item in Markdown.</param>
    /// <param name="shape">An item as JSON.</param>
    /// <param name="parts">How many such lists share the answer.</param>
    public static int Fitting<T>(
        IReadOnlyList<T> items, PageDirection direction, Func<T, string> describe, Func<T, JsonObject> shape, int parts = 1)
    {
        var (count, text, json) = (0, 0, 0);
        foreach (var item in direction == PageDirection.After ? items.Reverse() : items)
        {
            text += describe(item).Length;
            json += shape(item).ToJsonString().Length;
            if (count > 0 && (text > ToolText.Budget / parts || json > ToolText.StructuredBudget / parts))
                break;
            count++;
        }

        return count;
    }
}
