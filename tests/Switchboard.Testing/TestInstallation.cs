using Microsoft.Extensions.Logging.Abstractions;
using Switchboard.Core;
using Switchboard.Core.Access;
using Switchboard.Core.Accounts;
using Switchboard.Core.Changes;
using Switchboard.Core.Chats;
using Switchboard.Core.Contacts;
using Switchboard.Core.History;
using Switchboard.Core.Logins;
using Switchboard.Core.Media;
using Switchboard.Core.Messages;
using Switchboard.Core.Receiving;
using Switchboard.Core.Sending;
using Switchboard.Core.Timers;
using Switchboard.Networks;
using Switchboard.Sqlite;

namespace Switchboard.Testing;

/// <summary>
/// The whole core over a scripted network and a real database in a temporary folder, put together as the server does it.
/// A test may restart it over the same folder.
/// </summary>
public sealed class TestInstallation : IAsyncDisposable
{
    private readonly int? sendsPerMinute;
    private readonly int historyDepth;
    private CancellationTokenSource stopping = new();
    private Task loops = Task.CompletedTask;

    private TestInstallation(ScriptedNetwork network, ManualClock clock, int? sendsPerMinute, string? folder, int historyDepth)
    {
        Folder = folder is null
            ? Directory.CreateTempSubdirectory("switchboard-core-").FullName
            : Directory.CreateDirectory(Path.Combine(folder, $"switchboard-core-{Guid.NewGuid():N}")).FullName;
        Network = network;
        Clock = clock;
        this.sendsPerMinute = sendsPerMinute;
        this.historyDepth = historyDepth;
        Compose();
    }

    /// <summary>The temporary folder.</summary>
    public string Folder { get; }

    /// <summary>The database file.</summary>
    public string DatabasePath => Path.Combine(Folder, "switchboard.db");

    /// <summary>The name in ids.</summary>
    public ServerIdentity Server { get; } = new("test.example");

    /// <summary>The other side.</summary>
    public ScriptedNetwork Network { get; }

    /// <summary>The time.</summary>
    public ManualClock Clock { get; }

    /// <summary>The owner.</summary>
    public Access Owner { get; } = Access.Owner;

    public Database Database { get; private set; } = null!;

    public FileStore Files { get; private set; } = null!;

    public Ingest Ingest { get; private set; } = null!;

    public LoginSupervisor Logins { get; private set; } = null!;

    public LoginSessions Sessions { get; private set; } = null!;

    public OutboxWorker Outbox { get; private set; } = null!;

    public ChangeFeed Feed { get; private set; } = null!;

    public Scheduler Scheduler { get; private set; } = null!;

    public Tokens Tokens { get; private set; } = null!;

    public Accounts Accounts { get; private set; } = null!;

    public Contacts Contacts { get; private set; } = null!;

    public Chats Chats { get; private set; } = null!;

    public Messages Messages { get; private set; } = null!;

    public HistoryLoader History { get; private set; } = null!;

    public HistoryFill Fill { get; private set; } = null!;

    public MessageSearch Search { get; private set; } = null!;

    public Uploads Uploads { get; private set; } = null!;

    public MediaLibrary Media { get; private set; } = null!;

    /// <summary>Makes one and starts its loops.</summary>
    /// <param name="network">The other side.</param>
    /// <param name="clock">The time.</param>
    /// <param name="sendsPerMinute">The limit of sends; <c>null</c> leaves it to the network.</param>
    /// <param name="parent">Where its folder is made; <c>null</c> is the system's place for such.</param>
    /// <param name="historyDepth">How many messages a chat are fetched before anybody asks.</param>
    public static async Task<TestInstallation> StartAsync(
        ScriptedNetwork? network = null, ManualClock? clock = null, int? sendsPerMinute = null, string? parent = null,
        int historyDepth = 0)
    {
        var installation = new TestInstallation(network ?? new ScriptedNetwork(), clock ?? new ManualClock(), sendsPerMinute, parent, historyDepth);
        await installation.StartLoopsAsync();
        return installation;
    }

    /// <summary>Stops everything and starts it again over the same folder and the same network.</summary>
    /// <param name="meanwhile">What happens in between.</param>
    public async Task RestartAsync(Action? meanwhile = null)
    {
        await StopAsync();
        meanwhile?.Invoke();
        Compose();
        await StartLoopsAsync();
    }

    /// <summary>The network tells the first login something; returns when it is stored.</summary>
    public Task TellAsync(params IReadOnlyList<RemoteEvent> events) => Network.StreamOf("me").TellAsync(events);

    /// <summary>Adds another login with one account, both of that name.</summary>
    public Task<long> LogInAsync(string name) =>
        Logins.AddAsync(ScriptedNetwork.Bridge, ScriptedNetwork.NewLogin(name), CancellationToken.None);

    /// <summary>Lets time go by; whatever waits for its time looks at the clock.</summary>
    public void Pass(TimeSpan time)
    {
        Clock.Advance(time);
        Outbox.Wake();
        Scheduler.Wake();
    }

    /// <summary>Waits until a condition on the database holds. Looked at after every commit.</summary>
    public async Task UntilAsync(Func<Db, bool> reached)
    {
        var next = new SemaphoreSlim(1);
        void Look() => next.Release();
        Database.Committed += Look;
        try
        {
            do
            {
                if (!await next.WaitAsync(Patience.Longest))
                    throw new TimeoutException("What the test waits for did not happen.");
            }
            while (!Database.Read(reached));
        }
        finally
        {
            Database.Committed -= Look;
        }
    }

    /// <summary>One number from the database.</summary>
    public long? Number(string sql, params (string Name, object? Value)[] parameters) => Database.Read(db => db.QueryInt64(sql, parameters));

    /// <summary>Id for clients of the chat that the network calls so.</summary>
    public string ChatId(string remoteId, string account = "me") => Database.Read(db => db.QueryText(
        "SELECT c.id FROM chat c JOIN account a ON a.key = c.account WHERE c.remote_id = $id AND a.id = $account",
        ("$id", remoteId), ("$account", Make.Account(account).AccountId))) ?? throw new InvalidOperationException($"There is no chat {remoteId}.");

    /// <summary>Id for clients of the message that the network calls so.</summary>
    public string MessageId(string remoteId) => Database.Read(db => db.QueryText(
        "SELECT CAST(id AS TEXT) FROM message WHERE remote_id = $id", ("$id", remoteId)))
        ?? throw new InvalidOperationException($"There is no message {remoteId}.");

    /// <summary>The chat as the owner sees it.</summary>
    public Chat Chat(string remoteId) => Chats.Get(Owner, ChatId(remoteId), -1);

    /// <summary>The message as the owner sees it.</summary>
    public Message Message(string remoteId) => All(Database.Read(db => db.QueryText(
        "SELECT c.remote_id FROM message m JOIN chat c ON c.key = m.chat WHERE m.remote_id = $id", ("$id", remoteId)))!)
        .Single(message => message.RemoteId?.Value == remoteId);

    /// <summary>The messages of a chat, newest first.</summary>
    public IReadOnlyList<Message> All(string remoteChatId) => Messages.List(Owner, ChatId(remoteChatId), Make.Page(1000)).Items;

    /// <summary>The change log from a place on, as <c>kind ids state</c>.</summary>
    public IReadOnlyList<string> LogAfter(long seq) => Database.Read(db => db.Query(
        "SELECT kind, ids, send_state FROM change WHERE seq > $seq ORDER BY seq",
        row => $"{row.GetString(0)} {row.GetString(1)} {row.TextOrNull(2)}".TrimEnd(), ("$seq", seq)));

    /// <summary>The newest place in the change log.</summary>
    public long LogEnd => Number("SELECT coalesce(max(seq), 0) FROM change")!.Value;

    /// <summary>Sends text; returns the message id.</summary>
    public async Task<string> SendAsync(string remoteChatId, string text) => (await Messages.SendAsync(
        Owner, ChatId(remoteChatId), Make.Text(text), Make.Identity(text), CancellationToken.None)).MessageId;

    /// <summary>Waits until a message has this send state.</summary>
    public Task UntilSentAsync(string messageId, string state = SendStatus.Success) => UntilAsync(db =>
        db.QueryText("SELECT send_state FROM message WHERE id = $id", ("$id", messageId)) == state);

    /// <summary>Uploads bytes.</summary>
    public async Task<Upload> UploadAsync(byte[] content, string name = "note.txt", string mimeType = "text/plain", Access? access = null)
    {
        using var stream = new MemoryStream(content);
        var stored = await Files.AddAsync(stream, Core.Media.Uploads.Limit, CancellationToken.None);
        return await Uploads.AddAsync(access ?? Owner, stored, name, mimeType, CancellationToken.None);
    }

    /// <summary>A token with limits, as its bearer has it.</summary>
    public async Task<Access> TokenAsync(IReadOnlyList<string>? accounts = null, IReadOnlyList<string>? chats = null)
    {
        var (_, secret) = await Tokens.CreateAsync(
            new TokenRequest("test", ["read", "write"], accounts ?? [], chats ?? [], null), CancellationToken.None);
        return Tokens.Find(secret)!;
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        stopping.Dispose();
        Directory.Delete(Folder, recursive: true);
    }

    private void Compose()
    {
        Database = Store.Open(DatabasePath);
        Files = new FileStore(Path.Combine(Folder, "media"), Clock);
        Ingest = new Ingest(Database, Server, Clock);
        Logins = new LoginSupervisor([Network], Database, Ingest, Clock, NullLogger<LoginSupervisor>.Instance);
        Sessions = new LoginSessions(Database, Logins, Clock);
        Outbox = new OutboxWorker(Database, Logins, Files, Clock, NullLogger<OutboxWorker>.Instance);
        Feed = new ChangeFeed(Database, Clock, NullLogger<ChangeFeed>.Instance);
        Scheduler = new Scheduler(Database, Files, Clock, NullLogger<Scheduler>.Instance);
        Tokens = new Tokens(Database, Clock);
        Accounts = new Accounts(Database, Logins, Clock);
        Contacts = new Contacts(Database, Logins);
        Media = new MediaLibrary(Database, Logins, Files, Server, Clock);
        Chats = new Chats(Database, Logins, Outbox, Media, Files, Server, Clock);
        History = new HistoryLoader(Database, Logins, Ingest, NullLogger<HistoryLoader>.Instance);
        Fill = new HistoryFill(
            Database, Logins, History, new HistoryDepth(historyDepth), Clock, NullLogger<HistoryFill>.Instance);
        Ingest.GapTold += Fill.Wake;
        Logins.Opened += Fill.Wake;
        Logins.CaughtUp += Fill.Wake;
        Messages = new Messages(Database, Logins, Outbox, History, new SendLimits(Logins, new SendLimitSetting(sendsPerMinute)), Clock);
        Search = new MessageSearch(Database);
        Uploads = new Uploads(Database, Files, Clock);
        Database.Committed += Feed.Wake;
        Chats.RemindersChanged += Scheduler.Wake;
        Scheduler.Reminded += Outbox.Wake;
    }

    private async Task StartLoopsAsync()
    {
        stopping = new CancellationTokenSource();
        await Logins.StartAsync(CancellationToken.None);
        loops = Task.WhenAll(
            Task.Run(() => Outbox.RunAsync(stopping.Token)),
            Task.Run(() => Feed.RunAsync(stopping.Token)),
            Task.Run(() => Scheduler.RunAsync(stopping.Token)),
            Task.Run(() => Fill.RunAsync(stopping.Token)));
    }

    private async Task StopAsync()
    {
        await stopping.CancelAsync();
        await loops.WaitAsync(Patience.Longest);
        await Logins.DisposeAsync();
        await Database.DisposeAsync();
        stopping.Dispose();
    }
}
