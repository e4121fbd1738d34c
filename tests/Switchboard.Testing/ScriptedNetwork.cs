using System.Collections.Concurrent;
using System.Globalization;
using System.Threading.Channels;
using Switchboard.Networks;

namespace Switchboard.Testing;

/// <summary>
/// A network whose every word a test writes. It outlives the installation that uses it, so that a test can restart the
/// installation and see what the network was told before and after. Takes every send once by its transaction.
/// </summary>
/// <param name="bare">Whether its connections have none of the optional abilities.</param>
public sealed class ScriptedNetwork(bool bare = false) : INetwork, IOffersFirstLogin
{
    /// <summary>Its bridge id.</summary>
    public const string Bridge = "scripted";

    private readonly ConcurrentDictionary<string, ScriptedStream> streams = new();
    private readonly Channel<ScriptedSend> held = Channel.CreateUnbounded<ScriptedSend>();
    private readonly Lock gate = new();
    private readonly List<ScriptedSend> attempts = [];
    private readonly Dictionary<TransactionId, (ScriptedSend Send, SentMessage Answer)> taken = [];
    private readonly List<TransactionId> order = [];
    private readonly List<string> calls = [];
    private readonly Dictionary<string, int> open = [];

    /// <inheritdoc/>
    public NetworkDescription Description { get; init; } = new()
    {
        BridgeId = Bridge,
        BridgeType = "scripted",
        Provider = BridgeProvider.SelfHosted,
        DisplayName = "Scripted",
        SupportsMultipleAccounts = true,
        Provisioning = new ProvisioningCapabilities(),
    };

    /// <inheritdoc/>
    public IReadOnlyList<LoginFlow> LoginFlows { get; } = [new LoginFlow("name", "By name", "Logs in by name.")];

    /// <summary>Whether sends wait until the test takes them with <see cref="NextSendAsync"/> and ends them.</summary>
    public bool HoldsSends { get; set; }

    /// <summary>What sends fail with; <c>null</c>: they do not.</summary>
    public Exception? SendFailure { get; set; }

    /// <summary>What all other calls fail with; <c>null</c>: they do not.</summary>
    public NetworkException? CallFailure { get; set; }

    /// <summary>What opening a connection or taking it up again fails with; <c>null</c>: it does not.</summary>
    public NetworkException? OpenFailure { get; set; }

    /// <summary>How many connections were opened since the start.</summary>
    public int Opened { get; private set; }

    /// <summary>Whether it tells at first what happened meanwhile; its connections have no other ability then.</summary>
    public bool TellsWhenCaughtUp { get; init; }

    /// <summary>Whether every batch is told twice.</summary>
    public bool TellsTwice { get; set; }

    /// <summary>What edits are said to have happened at; the text of calls is in <see cref="Calls"/>.</summary>
    public DateTimeOffset EditTime { get; set; } = Make.Start;

    /// <summary>What the network says about people it is asked for.</summary>
    public IReadOnlyList<RemoteUser> Directory { get; set; } = [];

    /// <summary>What a chat is after <c>UpdateChatAsync</c>, <c>OpenDirectChatAsync</c> or <c>CreateGroupAsync</c>.</summary>
    public Func<RemoteChat> ChatAnswer { get; set; } = () => Make.Chat("answered");

    /// <summary>What the network finds of the past of a chat by a token.</summary>
    public Func<RemoteChatId, string, CancellationToken, Task<RemoteHistory>> History { get; set; } =
        (_, _, _) => Task.FromResult(new RemoteHistory([], null));

    /// <summary>Whether it answers sends before it has delivered them, and will report.</summary>
    public bool WillReport { get; set; }

    /// <summary>What holds up marks on their way; completed: nothing.</summary>
    public Func<Task> MarksGate { get; set; } = () => Task.CompletedTask;

    /// <summary>The content of every file.</summary>
    public byte[] MediaContent { get; set; } = [1, 2, 3];

    /// <summary>Every try to send, in order.</summary>
    public IReadOnlyList<ScriptedSend> Attempts
    {
        get
        {
            lock (gate)
            {
                return [.. attempts];
            }
        }
    }

    /// <summary>What was delivered, once for each transaction, in order.</summary>
    public IReadOnlyList<ScriptedSend> Delivered
    {
        get
        {
            lock (gate)
            {
                return [.. order.Select(transaction => taken[transaction].Send)];
            }
        }
    }

    /// <summary>Every other call, in order, as <c>edit c1 $1 text</c>.</summary>
    public IReadOnlyList<string> Calls
    {
        get
        {
            lock (gate)
            {
                return [.. calls];
            }
        }
    }

    /// <summary>The most connections that one login ever had open at a time.</summary>
    public int MostOpen { get; private set; }

    /// <summary>How many connections a login has open.</summary>
    public int OpenOf(string login)
    {
        lock (gate)
        {
            return open.GetValueOrDefault(login);
        }
    }

    /// <summary>What a login by that name is.</summary>
    public static NewLogin NewLogin(string name) => new(new StoredLogin(name, $"secret of {name}"), [Make.Account(name)]);

    /// <summary>What the network tells one login.</summary>
    public ScriptedStream StreamOf(string login) => streams.GetOrAdd(login, _ => new ScriptedStream());

    /// <summary>The next send that waits for its end.</summary>
    public async Task<ScriptedSend> NextSendAsync() => await held.Reader.ReadAsync().AsTask().WaitAsync(Patience.Longest);

    /// <inheritdoc/>
    public Task<NewLogin> MakeFirstLoginAsync(CancellationToken cancellationToken) => Task.FromResult(NewLogin("me"));

    /// <inheritdoc/>
    public Task<ILoginProcess> StartLoginAsync(string flowId, StoredLogin? reconnect, CancellationToken cancellationToken) =>
        Task.FromResult<ILoginProcess>(new ScriptedLoginProcess());

    /// <inheritdoc/>
    public Task<INetworkConnection> OpenAsync(StoredLogin login, CancellationToken cancellationToken)
    {
        if (OpenFailure is { } failure)
            throw failure;
        Count(login.RemoteId, 1);
        if (TellsWhenCaughtUp)
            return Task.FromResult<INetworkConnection>(new CatchingUpConnection(this, login.RemoteId));
        return Task.FromResult<INetworkConnection>(bare ? new BareConnection(this, login.RemoteId) : new ScriptedConnection(this, login.RemoteId));
    }

    /// <inheritdoc/>
    public async Task RemoveAsync(StoredLogin login, CancellationToken cancellationToken)
    {
        await Task.Yield();
        Note($"remove {login.RemoteId}");
    }

    internal void Count(string login, int by)
    {
        lock (gate)
        {
            open[login] = open.GetValueOrDefault(login) + by;
            MostOpen = Math.Max(MostOpen, open[login]);
            Opened += Math.Max(0, by);
        }
    }

    internal void Note(string call)
    {
        lock (gate)
        {
            calls.Add(call);
        }

        if (CallFailure is { } failure)
            throw failure;
    }

    internal async Task TakeMarksAsync(RemoteChatId chat, ChatMarks marks, CancellationToken stopping)
    {
        await MarksGate().WaitAsync(stopping);
        (bool? Value, string Name)[] told =
        [
            (marks.IsMuted, "muted"), (marks.IsPinned, "pinned"), (marks.IsLowPriority, "low"), (marks.IsMarkedUnread, "unread"),
            (marks.IsArchived, "archived"),
        ];
        Note($"marks {chat} {string.Join(' ', told.Where(mark => mark.Value is not null).Select(mark => (mark.Value == true ? "" : "not ") + mark.Name))}");
    }

    internal async Task<SentMessage> TakeAsync(string login, RemoteChatId chat, TransactionId transaction, OutgoingMessage message, CancellationToken stopping)
    {
        var send = new ScriptedSend(login, chat, transaction, message, this);
        lock (gate)
        {
            attempts.Add(send);
        }

        if (SendFailure is { } failure)
            throw failure;
        if (!HoldsSends)
            return send.Take();
        await held.Writer.WriteAsync(send, stopping);
        return await send.Ended.WaitAsync(stopping);
    }

    internal SentMessage Take(ScriptedSend send)
    {
        lock (gate)
        {
            if (taken.TryGetValue(send.Transaction, out var known))
                return known.Answer;
            var id = string.Create(CultureInfo.InvariantCulture, $"$sent{order.Count + 1}");
            var answer = new SentMessage(new RemoteMessageId(id), send.Message.Attachment is null ? [] : [new RemoteMediaId("media of " + id)])
            {
                AwaitsReport = WillReport,
            };
            taken.Add(send.Transaction, (send, answer));
            order.Add(send.Transaction);
            return answer;
        }
    }

    private sealed class ScriptedLoginProcess : ILoginProcess
    {
        public LoginStep Current { get; private set; } =
            new LoginStep.UserInput([new LoginField { Id = "name", Label = "Name" }]) { StepId = "name" };

        public Task<LoginStep> SubmitAsync(IReadOnlyDictionary<string, string> fields, CancellationToken cancellationToken)
        {
            if (!fields.TryGetValue("name", out var name))
                throw new InvalidFieldsException(new Dictionary<string, string> { ["name"] = "It is missing." });
            return Task.FromResult(Current = new LoginStep.Complete(NewLogin(name)) { StepId = "done" });
        }

        public ValueTask DisposeAsync() => ValueTask.CompletedTask;
    }
}

/// <summary>One try to send a message.</summary>
public sealed class ScriptedSend(string login, RemoteChatId chat, TransactionId transaction, OutgoingMessage message, ScriptedNetwork network)
{
    private readonly TaskCompletionSource<SentMessage> ended = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Who sends.</summary>
    public string Login { get; } = login;

    /// <summary>Where to.</summary>
    public RemoteChatId Chat { get; } = chat;

    /// <summary>Names the send.</summary>
    public TransactionId Transaction { get; } = transaction;

    /// <summary>What is sent.</summary>
    public OutgoingMessage Message { get; } = message;

    internal Task<SentMessage> Ended => ended.Task;

    /// <summary>The network takes it, but the answer is not yet given.</summary>
    public SentMessage Take() => network.Take(this);

    /// <summary>The network takes it and answers.</summary>
    public SentMessage Accept()
    {
        var answer = Take();
        ended.TrySetResult(answer);
        return answer;
    }

    /// <summary>The network answers with a failure.</summary>
    public void Fail(NetworkException failure) => ended.TrySetException(failure);
}
