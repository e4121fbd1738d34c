using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using Switchboard.Core.Access;
using Switchboard.Core.Chats;
using Switchboard.Server.Hosting;
using Switchboard.Server.Mcp;
using Switchboard.Server.Tests.Hosting;
using Xunit;

namespace Switchboard.Server.Tests.Mcp;

/// <summary>Every tool with every kind of limit: what lies outside is neither told nor changed, and looks like what does not exist.</summary>
public sealed partial class LimitedToolTests(LimitedToolTests.Town town) : IClassFixture<LimitedToolTests.Town>
{
    private const string Secret = "zanzibar";

    private TestServer Server => town.Server;

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task What_lies_outside_a_limit_is_not_told_not_changed_and_looks_like_nothing(bool byChat)
    {
        var token = byChat ? await Server.TokenAsync(chat: town.Mine.Id) : await Server.TokenAsync(account: town.Ada);
        var inside = byChat ? town.Mine : town.Adas;
        var made = byChat ? town.Nothing : town.Nothing with { Account = "local_nobody" };
        var before = await town.StateAsync();
        Assert.Equal(Tools.All.Select(tool => tool.Name).Order(), Calls(made, inside).Select(call => call.Tool).Distinct().Order());

        foreach (var (outside, nothing) in Calls(town.Outside, inside).Zip(Calls(made, inside)))
        {
            var (told, isError) = await AskAsync(token, outside);
            var real = Plain(told, town.Outside);
            var (answer, _) = await AskAsync(token, nothing);

            Assert.True(real == Plain(answer, made), $"{outside.Tool} {outside.Arguments}\n{told}\n{answer}");
            Assert.True(isError == outside.IsRefused, $"{outside.Tool} {outside.Arguments}\n{told}");
            Assert.All(
                byChat ? town.Hidden : [.. town.Hidden, "local_owner", town.Mine.Id],
                word => Assert.False(real.Contains(word, StringComparison.OrdinalIgnoreCase), $"{outside.Tool} {outside.Arguments} tells {word}\n{told}"));
        }

        Assert.Equal(before, await town.StateAsync());
    }

    [Fact]
    public async Task The_owner_is_told_what_the_limits_hide()
    {
        var told = new StringBuilder();
        foreach (var call in Calls(town.Outside, town.Mine).Where(call => Tools.Find(call.Tool)!.IsReadOnly))
        {
            var (text, isError) = await AskAsync(Server.Owner, call);
            Assert.False(isError, $"{call.Tool} {call.Arguments}\n{text}");
            told.Append(text);
        }

        Assert.All(town.Hidden, word => Assert.Contains(word, told.ToString(), StringComparison.OrdinalIgnoreCase));
    }

    [Fact]
    public async Task A_token_that_only_reads_changes_nothing_and_learns_nothing_by_trying()
    {
        var token = await Server.TokenAsync("read");
        var before = await town.StateAsync();

        foreach (var (existing, nothing) in Calls(town.Outside, town.Mine).Zip(Calls(town.Nothing, town.Mine)))
        {
            var (told, isError) = await AskAsync(token, existing);
            if (Tools.Find(existing.Tool)!.IsReadOnly)
            {
                Assert.False(isError, told);
                continue;
            }

            Assert.Contains($"insufficient_scope: This access token lacks the scope write, which {existing.Tool} needs.", told, StringComparison.Ordinal);
            Assert.True(isError);
            Assert.Equal(told, (await AskAsync(token, nothing)).Text);
        }

        Assert.Equal(before, await town.StateAsync());
    }

    [Fact]
    public async Task A_token_with_a_list_of_tools_cannot_tell_other_tools_from_none()
    {
        var before = await town.StateAsync();
        foreach (var only in Tools.All)
        {
            var (_, token) = await Server.Get<Tokens>().CreateAsync(
                new TokenRequest("narrow", ["read", "write"], [], [], null) { McpTools = [only.Name] }, CancellationToken.None);
            var none = (await AskAsync(token, new Call("no_such_tool", "{}", true))).Text;
            Assert.Equal(-32602, McpClient.ErrorOf(none));
            foreach (var call in Calls(town.Outside, town.Mine).Where(call => call.Tool != only.Name).DistinctBy(call => call.Tool))
            {
                Assert.Equal(none, (await AskAsync(token, call)).Text);
            }

            using var listed = JsonDocument.Parse((await AskAsync(token, new Call("", "", false))).Text);
            var names = listed.RootElement.GetProperty("result").GetProperty("tools").EnumerateArray().Select(tool => tool.GetProperty("name").GetString());
            Assert.Equal([only.Name], names);
            using var rest = await Server.SendAsync(HttpMethod.Get, $"/v1/chats/{town.Mine.Key}", token);
            Assert.Equal(System.Net.HttpStatusCode.Forbidden, rest.StatusCode);
        }

        Assert.Equal(before, await town.StateAsync());
    }

    /// <summary>Calls of every tool that speak of something, in every way in which it can be named.</summary>
    private static IEnumerable<Call> Calls(Thing thing, Thing inside)
    {
        yield return new("get_accounts", "{}", false);
        foreach (var query in new[] { Secret, "Zebulon", thing.Id })
        {
            yield return new("search", $$"""{"query":"{{query}}"}""", false);
            yield return new("search_chats", $$"""{"query":"{{query}}"}""", false);
            yield return new("search_chats", $$"""{"query":"{{query}}","scope":"participants"}""", false);
            yield return new("search_messages", $$"""{"query":"{{query}}"}""", false);
        }

        yield return new("search_chats", "{}", false);
        yield return new("search_messages", $$"""{"sender":"{{thing.User}}"}""", false);
        yield return new("get_attachment", $$"""{"url":"{{thing.File}}"}""", true);
        yield return new("start_chat", $$$"""{"accountID":"{{{thing.Account}}}","user":{"username":"{{{thing.Username}}}"}}""", true);
        yield return new("start_chat", $$$"""{"accountID":"{{{thing.Account}}}","user":{"id":"{{{thing.User}}}"}}""", true);
        foreach (var chat in new[] { thing.Id, thing.Key })
        {
            yield return new("search_messages", $$"""{"chatIDs":["{{chat}}"]}""", false);
            yield return new("get_chat", $$"""{"chatID":"{{chat}}"}""", true);
            yield return new("list_messages", $$"""{"chatID":"{{chat}}"}""", true);
            yield return new("send_message", $$"""{"chatID":"{{chat}}","text":"changed"}""", true);
            yield return new("edit_message", $$"""{"chatID":"{{chat}}","messageID":"{{thing.Message}}","text":"changed"}""", true);
            yield return new("delete_message", $$"""{"chatID":"{{chat}}","messageID":"{{thing.Message}}"}""", true);
            yield return new("add_reaction", $$"""{"chatID":"{{chat}}","messageID":"{{thing.Message}}","reactionKey":"👍"}""", true);
            yield return new("archive_chat", $$"""{"chatID":"{{chat}}"}""", true);
            yield return new("set_chat_reminder", $$$"""{"chatID":"{{{chat}}}","reminder":{"remindAt":"2100-01-01T00:00:00Z"}}""", true);
            yield return new("clear_chat_reminder", $$"""{"chatID":"{{chat}}"}""", true);
            yield return new("focus_app", $$"""{"chatID":"{{chat}}","draftText":"changed"}""", true);
            yield return new("focus_app", $$"""{"chatID":"{{chat}}","markRead":true,"clearDraft":true}""", true);
        }

        // What is allowed, with a part of what is not.
        yield return new("send_message", $$"""{"chatID":"{{inside.Id}}","text":"changed","replyToMessageID":"{{thing.Message}}"}""", true);
        yield return new("send_message", $$$"""{"chatID":"{{{inside.Id}}}","attachment":{"uploadID":"{{{thing.Upload}}}"}}""", true);
        yield return new("edit_message", $$"""{"chatID":"{{inside.Id}}","messageID":"{{thing.Message}}","text":"changed"}""", true);
        yield return new("delete_message", $$"""{"chatID":"{{inside.Id}}","messageID":"{{thing.Message}}"}""", true);
        yield return new("add_reaction", $$"""{"chatID":"{{inside.Id}}","messageID":"{{thing.Message}}","reactionKey":"👍"}""", true);
        yield return new("focus_app", $$"""{"chatID":"{{inside.Id}}","draftAttachmentPath":"{{thing.Path}}"}""", true);
        yield return new("focus_app", $$"""{"chatID":"{{inside.Id}}","messageID":"{{thing.Message}}","markRead":true}""", true);
    }

    /// <summary>An answer with what was asked about taken out of it.</summary>
    private static string Plain(string text, Thing thing)
    {
        foreach (var value in new[] { thing.Path, thing.File, thing.Upload, thing.Id, thing.User, thing.Account, thing.Username })
        {
            text = text.Replace(JsonEncodedText.Encode(value).ToString(), "…", StringComparison.Ordinal).Replace(value, "…", StringComparison.Ordinal);
        }

        return Number().Replace(text, found => found.Value == thing.Key || found.Value == thing.Message ? "…" : found.Value);
    }

    [GeneratedRegex(@"\b[0-9]+\b")]
    private static partial Regex Number();

    private async Task<(string Text, bool IsError)> AskAsync(string token, Call call)
    {
        var body = call.Tool.Length == 0 ? """{"jsonrpc":"2.0","id":1,"method":"tools/list"}""" : McpClient.Call(call.Tool, call.Arguments);
        var (_, text, _) = await McpClient.PostAsync(Server, Encoding.UTF8.GetBytes(body), token);
        using var json = JsonDocument.Parse(text);
        return (text, json.RootElement.TryGetProperty("result", out var result) && result.TryGetProperty("isError", out var isError) && isError.GetBoolean());
    }

    private sealed record Call(string Tool, string Arguments, bool IsRefused);

    /// <summary>A chat with all that a call can name of it.</summary>
    internal sealed record Thing(
        string Id, string Key, string Message, string Account, string File, string User, string Username, string Upload, string Path);

    /// <summary>The owner with two chats: one that the limited tokens are for, and one that they are not.</summary>
    public sealed class Town : IAsyncLifetime
    {
        internal TestServer Server { get; private set; } = null!;

        internal string Ada { get; private set; } = "";

        /// <summary>The chat with Ada as the owner has it.</summary>
        internal Thing Mine { get; private set; } = null!;

        /// <summary>The same chat as Ada has it.</summary>
        internal Thing Adas { get; private set; } = null!;

        /// <summary>The owner's chat with somebody else.</summary>
        internal Thing Outside { get; private set; } = null!;

        /// <summary>What looks the same and does not exist.</summary>
        internal Thing Nothing { get; private set; } = null!;

        /// <summary>What nobody may learn who is limited.</summary>
        internal IReadOnlyList<string> Hidden => [Secret, "Zebulon Zander", Outside.Id, Outside.User, "zfile"];

        public async ValueTask InitializeAsync()
        {
            Server = await TestServer.StartAsync(options => options with { MediaUrls = MediaUrls.File });
            Ada = await Server.AddPersonAsync("ada", "Ada");
            var zebulon = await Server.AddPersonAsync("zebulon", "Zebulon Zander");
            var (mine, adas) = await Server.MeetAsync("local_owner", Ada, "ada");
            var (outside, zebulons) = await Server.MeetAsync("local_owner", zebulon, "zebulon");
            var user = outside.Participants.Single(person => !person.Contact.IsSelf).Contact.UserId;
            var sent = await UploadAsync("zfile-sent.txt");
            var message = await Server.SayAsync(outside.Id, Secret);
            using (var answer = await Server.SendAsync(
                HttpMethod.Post, $"/v1/chats/{outside.Key}/messages", Server.Owner, $$$"""{"attachment":{"uploadID":"{{{sent.Id}}}"}}"""))
            {
                Assert.True(answer.IsSuccessStatusCode);
            }

            await Server.UntilAsync(() => Server.Get<Core.Messages.Messages>().List(Access.Owner, zebulons.Id, First).Items.Count >= 3);
            var kept = await UploadAsync("zfile-kept.txt");
            using var page = await Server.SendAsync(HttpMethod.Get, $"/v1/chats/{outside.Key}/messages", Server.Owner);
            var file = MediaUrl().Match(await page.Content.ReadAsStringAsync()).Value;
            var inMine = await Server.SayAsync(mine.Id, "open words");
            Outside = new Thing(outside.Id, Key(outside), message, "local_owner", file, user, "zebulon", kept.Id, kept.Path);
            Mine = Outside with { Id = mine.Id, Key = Key(mine), Message = inMine };
            Adas = Mine with { Id = adas.Id, Key = Key(adas) };
            Nothing = new Thing(
                "!nowhere" + outside.Id[outside.Id.IndexOf(':', StringComparison.Ordinal)..], "987654", "987653", "local_owner",
                file[..(file.LastIndexOf('/') + 1)] + "nothing", "@xanthippe" + user[user.IndexOf(':', StringComparison.Ordinal)..], "xanthippe",
                "nothing-that-was-uploaded", MissingBeside(kept.Path));
        }

        /// <summary>All that a call could have changed, as the owner sees it.</summary>
        internal async Task<string> StateAsync()
        {
            var state = new StringBuilder();
            foreach (var chat in new[] { Mine.Key, Adas.Key, Outside.Key })
            {
                foreach (var path in new[] { $"/v1/chats/{chat}", $"/v1/chats/{chat}/messages" })
                {
                    using var answer = await Server.SendAsync(HttpMethod.Get, path, Server.Owner);
                    Assert.True(answer.IsSuccessStatusCode);
                    state.AppendLine(await answer.Content.ReadAsStringAsync());
                }
            }

            using var chats = await Server.SendAsync(HttpMethod.Get, "/v1/chats", Server.Owner);
            using var list = await TestServer.JsonAsync(chats);
            return state.Append(list.RootElement.GetProperty("items").GetArrayLength()).ToString();
        }

        public ValueTask DisposeAsync() => Server.DisposeAsync();

        private static Core.Paging.PageRequest First => new(null, Core.Paging.PageDirection.Before, 10);

        /// <summary>Where a file would lie that does not.</summary>
        private static string MissingBeside(string path)
        {
            var zeros = new string('0', Path.GetFileName(path).Length);
            return Path.Combine(Path.GetDirectoryName(Path.GetDirectoryName(path))!, zeros[..2], zeros);
        }

        private static string Key(Chat chat) => string.Create(System.Globalization.CultureInfo.InvariantCulture, $"{chat.Key}");

        private async Task<(string Id, string Path)> UploadAsync(string name)
        {
            using var form = new MultipartFormDataContent { { new ByteArrayContent(Encoding.UTF8.GetBytes(name)), "file", name } };
            using var uploaded = await Server.SendAsync(HttpMethod.Post, "/v1/assets/upload", Server.Owner, form);
            using var json = await TestServer.JsonAsync(uploaded);
            return (json.RootElement.GetProperty("uploadID").GetString()!, new Uri(json.RootElement.GetProperty("srcURL").GetString()!).LocalPath);
        }
    }

    [GeneratedRegex("mxc://[^\"]+")]
    private static partial Regex MediaUrl();
}
