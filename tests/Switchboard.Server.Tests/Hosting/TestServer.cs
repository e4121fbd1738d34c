using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Switchboard.Core;
using Switchboard.Core.Access;
using Switchboard.Core.Changes;
using Switchboard.Core.Chats;
using Switchboard.Core.Logins;
using Switchboard.Core.Paging;
using Switchboard.Server.Hosting;
using Switchboard.Sqlite;
using Xunit;

namespace Switchboard.Server.Tests.Hosting;

/// <summary>The real server on a real port of this machine, in a folder of its own that is removed with it.</summary>
internal sealed class TestServer : IAsyncDisposable
{
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private readonly FileStream taken;
    private bool stopped;

    private TestServer(WebApplication app, DataFolder folder, FileStream taken, Database database, string owner)
    {
        App = app;
        Folder = folder;
        Database = database;
        Owner = owner;
        this.taken = taken;
        Address = new Uri(app.Urls.First());
        Http = new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false, UseCookies = false }) { BaseAddress = Address, Timeout = Patience };
    }

    public WebApplication App { get; }

    public DataFolder Folder { get; }

    public Database Database { get; }

    /// <summary>The owner's token.</summary>
    public string Owner { get; }

    public Uri Address { get; }

    public HttpClient Http { get; private set; }

    public static async Task<TestServer> StartAsync(
        Func<ServerOptions, ServerOptions>? configure = null, TimeProvider? clock = null, Action<WebApplication>? prepare = null,
        string? existing = null)
    {
        clock ??= TimeProvider.System;
        var path = existing ?? Path.Combine(Path.GetTempPath(), "switchboard-test-" + Store.RandomText(16));
        var options = new ServerOptions
        {
            DataFolder = path,
            Host = "127.0.0.1",
            Port = 0,
            SendsPerMinute = 0,
            WrongTokensPerMinute = 0,
            RegistrationsPerHour = 0,
        };
        options = configure?.Invoke(options) ?? options;
        var folder = DataFolder.Prepare(path);
        var taken = folder.Lock();
        var database = folder.OpenDatabase();
        var owner = await new Tokens(database, clock).CreateOwnerAsync(CancellationToken.None);
        folder.WriteOwnerToken(owner);
        var app = SwitchboardServer.Build(options, folder, database, clock);
        prepare?.Invoke(app);
        await app.StartAsync();
        return new TestServer(app, folder, taken, database, owner);
    }

    /// <summary>From now on everything is asked through this client, which is disposed with the server.</summary>
    public void ReachThrough(HttpClient client)
    {
        Http.Dispose();
        Http = client;
    }

    public T Get<T>()
        where T : notnull => App.Services.GetRequiredService<T>();

    /// <summary>Makes a token and gives its secret.</summary>
    public async Task<string> TokenAsync(
        string scopes = "read,write", string? account = null, string? chat = null, TimeSpan? life = null) =>
        (await MakeTokenAsync(scopes, account, chat, life)).Secret;

    public Task<(TokenInfo Token, string Secret)> MakeTokenAsync(
        string scopes = "read,write", string? account = null, string? chat = null, TimeSpan? life = null) =>
        Get<Tokens>().CreateAsync(
            new TokenRequest("test", scopes.Split(','), account is null ? [] : [account], chat is null ? [] : [chat], life),
            CancellationToken.None);

    /// <summary>Adds a person to the embedded network.</summary>
    /// <returns>The id of the account.</returns>
    public async Task<string> AddPersonAsync(string username, string? displayName = null)
    {
        var sessions = Get<LoginSessions>();
        var session = await sessions.StartAsync(Access.Owner, "local", null, null, null, CancellationToken.None);
        var fields = new Dictionary<string, string> { ["username"] = username, ["displayName"] = displayName ?? username };
        session = await sessions.SubmitAsync(Access.Owner, "local", session.Id, "identity", fields, CancellationToken.None);
        return session.Account!.Id;
    }

    /// <summary>Has two people of the embedded network meet: the other side learns of the chat with its first message.</summary>
    /// <returns>The chat as either side knows it.</returns>
    public async Task<(Chat Mine, Chat Theirs)> MeetAsync(string account, string other, string otherUsername)
    {
        var (mine, _) = await Get<Chats>().StartAsync(
            Access.Owner, account, new PersonRequest { Username = otherUsername }, allowInvite: true, CancellationToken.None);
        await SayAsync(mine.Id, "hello");
        Chat? theirs = null;
        await UntilAsync(() => (theirs = DirectChats(other).FirstOrDefault()) is not null);
        return (mine, theirs!);
    }

    /// <summary>The first account's chat with itself.</summary>
    public async Task<Chat> OwnChatAsync()
    {
        Chat? own = null;
        await UntilAsync(() => (own = ChatsOf("local_owner").LastOrDefault()) is not null);
        return own!;
    }

    /// <summary>Waits until something is true that comes about by a change.</summary>
    public async Task UntilAsync(Func<bool> condition)
    {
        using var patience = new CancellationTokenSource(Patience);
        using var changes = Get<ChangeFeed>().Subscribe();
        while (!condition())
        {
            await changes.Items.ReadAsync(patience.Token);
        }
    }

    /// <summary>Sends a text and waits until it is delivered.</summary>
    /// <returns>The message's id.</returns>
    public async Task<string> SayAsync(string chat, string text)
    {
        using var answer = await SendAsync(HttpMethod.Post, $"/v1/chats/{Uri.EscapeDataString(chat)}/messages", Owner, WriteText(text));
        using var sent = await JsonAsync(answer);
        Assert.True(answer.IsSuccessStatusCode, sent.RootElement.GetRawText());
        var id = sent.RootElement.GetProperty("pendingMessageID").GetString()!;
        using var settled = await SendAsync(HttpMethod.Get, $"/v1/chats/{Uri.EscapeDataString(chat)}/messages/{id}", Owner);
        Assert.Equal(HttpStatusCode.OK, settled.StatusCode);
        return id;
    }

    public Task<HttpResponseMessage> SendAsync(HttpMethod method, string path, string? token, string? json = null) =>
        SendAsync(method, path, token, json is null ? null : Json(Encoding.UTF8.GetBytes(json)));

    public async Task<HttpResponseMessage> SendAsync(HttpMethod method, string path, string? token, HttpContent? content)
    {
        using var request = new HttpRequestMessage(method, path) { Content = content };
        if (token is not null)
            request.Headers.TryAddWithoutValidation("Authorization", "Bearer " + token);
        return await Http.SendAsync(request);
    }

    public static ByteArrayContent Json(byte[] bytes) =>
        new(bytes) { Headers = { ContentType = new MediaTypeHeaderValue("application/json") } };

    public static async Task<JsonDocument> JsonAsync(HttpResponseMessage answer) =>
        JsonDocument.Parse(await answer.Content.ReadAsStringAsync());

    public static string WriteText(string text) => $$"""{"text":"{{JsonEncodedText.Encode(text)}}"}""";

    /// <summary>Stops the server and closes its files, which stay until this is disposed.</summary>
    public async Task StopAsync()
    {
        if (stopped)
            return;
        stopped = true;
        using var patience = new CancellationTokenSource(Patience);
        await App.StopAsync(patience.Token);
        await App.DisposeAsync();
        await Database.DisposeAsync();
        await taken.DisposeAsync();
    }

    public async ValueTask DisposeAsync()
    {
        Http.Dispose();
        await StopAsync();
        Directory.Delete(Folder.Path, recursive: true);
    }

    private IEnumerable<Chat> DirectChats(string account) => ChatsOf(account)
        .Where(chat => !chat.IsGroup && chat.Participants.Any(participant => !participant.Contact.IsSelf));

    private IEnumerable<Chat> ChatsOf(string account) => Get<Chats>()
        .List(Access.Owner, [account], new PageRequest(null, PageDirection.Before, 200), _ => false)
        .Items.Select(item => item.Chat!);
}
