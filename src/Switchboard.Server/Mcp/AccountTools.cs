using System.Text.Json.Nodes;
using Switchboard.Core;
using Switchboard.Core.Accounts;
using Switchboard.Core.Chats;
using Switchboard.Core.Contacts;
using Switchboard.Core.Messages;
using Switchboard.Core.Paging;
using Switchboard.Server.Mapping;

namespace Switchboard.Server.Mcp;

/// <summary>Tools over accounts and the people they know, and the search over everything.</summary>
internal sealed class AccountTools(
    Accounts accounts, Contacts contacts, Chats chats, MessageSearch messages, WireMapper map, ToolShapes shapes)
{
    private const int ChatsFound = 10;
    private const int MessagesFound = 10;
    private const int PeopleFound = 10;
    private const int MessageLength = 1000;

    // Of things that a search finds, each with its share of the answer.
    private const int Kinds = 4;

    /// <summary>The tools with what carries them out.</summary>
    public IReadOnlyDictionary<ToolDefinition, ToolHandler> Handlers => new Dictionary<ToolDefinition, ToolHandler>
    {
        [Tools.GetAccounts] = (call, _) => Task.FromResult(GetAccounts(call)),
        [Tools.Search] = (call, _) => Task.FromResult(Search(call)),
        [Tools.StartChat] = StartChatAsync,
    };

    private ToolAnswer GetAccounts(ToolCall call)
    {
        call.Arguments.Check();
        var found = accounts.List(call.Access)
            .Select(account => (Account: account, Json: ToolShapes.ToJson(map.ToWire(account, call.BaseUrl)))).ToList();
        var lines = found.Select(pair =>
            $"- accountID `{pair.Account.Id}`: {ToolText.Name(pair.Account.Network)}, {ToolShapes.Person(pair.Account.Self)}, {pair.Json["status"]}");
        return new ToolAnswer(
            $"# Accounts\n{found.Count} in all.\n{string.Join('\n', lines)}",
            new JsonObject
            {
                ["accounts"] = new JsonArray([.. found.Select(pair => pair.Json)]),
                ["notice"] = ToolText.Notice,
            });
    }

    private ToolAnswer Search(ToolCall call)
    {
        var query = call.Arguments.RequiredText("query", most: 1000);
        call.Arguments.Check();
        var (titles, moreTitles) = Find(call, new ChatFilter { Query = query });
        var (groups, moreGroups) = Find(call, new ChatFilter { Query = query, InParticipants = true, IsGroup = true });
        // One more than is shown tells whether there are more.
        var people = accounts.List(call.Access)
            .SelectMany(account => contacts.List(call.Access, account.Id, query, First(PeopleFound + 1)).Items)
            .DistinctBy(person => person.UserId).Take(PeopleFound + 1).ToList();
        var morePeople = people.Count > PeopleFound;
        var shown = people.Take(PeopleFound).ToList();
        var asked = First(MessagesFound);
        var found = Find(call, new MessageFilter { Query = query }, asked);
        string[] text =
        [
            Section("Chats", titles.Select(chat => shapes.Describe(chat)), moreTitles, "page through search_chats"),
            Section(
                "Groups with such people", groups.Select(chat => shapes.Describe(chat)), moreGroups,
                "page through search_chats with scope participants and type group"),
            Section("Contacts", shown.Select(person => "- " + ToolShapes.Person(person)), morePeople, "narrow the query"),
            Section(
                "Messages", found.Items.Select(message => shapes.Describe(message, MessageLength, namesChat: true)), found.HasMore,
                $"go on in search_messages with this query and cursor `{found.OldestCursor}`"),
        ];
        return new ToolAnswer(string.Join("\n\n", text), new JsonObject
        {
            ["chats"] = new JsonArray([.. titles.Select(chat => shapes.Chat(chat, call.BaseUrl))]),
            ["inGroups"] = new JsonArray([.. groups.Select(chat => shapes.Chat(chat, call.BaseUrl))]),
            ["contacts"] = new JsonArray([.. shown.Select(person => ToolShapes.ToJson(map.ToWire(person, call.BaseUrl)))]),
            ["messages"] = ToolShapes.Page(found, asked, message => shapes.Message(message, MessageLength)),
            ["hasMore"] = new JsonObject { ["chats"] = moreTitles, ["inGroups"] = moreGroups, ["contacts"] = morePeople },
            ["notice"] = ToolText.Notice,
        });
    }

    private static PageRequest First(int limit) => new(null, PageDirection.Before, limit);

    private (List<Chat> Chats, bool HasMore) Find(ToolCall call, ChatFilter filter)
    {
        var found = chats.Search(call.Access, filter, First(ChatsFound));
        var fitting = ToolShapes.Fitting(
            found.Items, PageDirection.Before, chat => shapes.Describe(chat), chat => shapes.Chat(chat, call.BaseUrl), Kinds);
        return (found.Items.Take(fitting).ToList(), found.HasMore || fitting < found.Items.Count);
    }

    private Page<Message> Find(ToolCall call, MessageFilter filter, PageRequest asked)
    {
        var found = messages.Find(call.Access, filter, asked);
        var fitting = ToolShapes.Fitting(
            found.Items, asked.Direction, message => shapes.Describe(message, MessageLength, namesChat: true),
            message => shapes.Message(message, MessageLength), Kinds);
        return fitting < found.Items.Count ? messages.Find(call.Access, filter, asked with { Limit = fitting }) : found;
    }

    private static string Section(string title, IEnumerable<string> parts, bool hasMore, string rest)
    {
        var shown = parts.ToList();
        return $"# {title}: {shown.Count}{(hasMore ? $", and there are more: {rest}" : "")}\n{string.Join("\n\n", shown)}".TrimEnd();
    }

    private async Task<ToolAnswer> StartChatAsync(ToolCall call, CancellationToken cancellationToken)
    {
        var user = call.Arguments.RequiredObject("user");
        var person = new PersonRequest
        {
            Id = user.Text("id", most: 1000),
            Username = user.Text("username", most: 1000),
            PhoneNumber = user.Text("phoneNumber", most: 100),
            Email = user.Text("email", most: 1000),
            FullName = user.Text("fullName", most: 1000),
        };
        var named = person.Id ?? person.Username ?? person.PhoneNumber ?? person.Email ?? person.FullName;
        if (call.Arguments.Has("user") && named is null)
            user.Add("required", "Say who: id, username, phoneNumber, email or fullName.");
        var accountId = call.Arguments.Text("accountID", most: 1000);
        call.Arguments.Check();
        var account = accountId is null ? OnlyAccount(call) : accounts.Get(call.Access, accountId);
        try
        {
            var (chat, created) = await chats.StartAsync(call.Access, account.Id, person, allowInvite: true, cancellationToken);
            return new ToolAnswer(
                $"{(created ? "The chat was opened." : "The chat exists already.")} Nothing was sent.\n\n{shapes.Describe(chat)}",
                new JsonObject { ["chat"] = shapes.Chat(chat, call.BaseUrl), ["created"] = created, ["notice"] = ToolText.Notice });
        }
        catch (RefusedException refused) when (refused.Reason == Refusal.NotFound)
        {
            throw new RefusedException(
                Refusal.NotFound, await NobodyAsync(call.Access, account, person.FullName ?? person.Username ?? named!, cancellationToken));
        }
    }

    private Account OnlyAccount(ToolCall call)
    {
        var all = accounts.List(call.Access);
        if (all is [var only])
            return only;
        var candidates = all.Select(account => $"\n- `{account.Id}`: {ToolText.Name(account.Network)}, {ToolShapes.Person(account.Self)}");
        throw RefusedException.Invalid(
            "required", $"Say which account (accountID): there are {all.Count}.{string.Concat(candidates)}", "arguments", "accountID");
    }

    private async Task<string> NobodyAsync(
        Core.Access.Access access, Account account, string named, CancellationToken cancellationToken)
    {
        var found = (await contacts.SearchAsync(access, account.Id, named, cancellationToken)).Take(PeopleFound).ToList();
        return found.Count == 0
            ? $"Contact not found on {account.Network}: nobody known or listed there fits."
            : $"Contact not found on {account.Network}: that names nobody, or more than one. Ask the user which is meant, then name one by user.id:"
                + string.Concat(found.Select(person => $"\n- {ToolShapes.Person(person)}"));
    }
}
