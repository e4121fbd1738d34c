using Switchboard.Networks;

namespace Switchboard.LocalNetwork.Tests;

/// <summary>One identity with an open connection, seen through the connector contract alone.</summary>
internal sealed class Person
{
    private readonly LocalConnection connection;
    private readonly IAsyncEnumerator<RemoteBatch> batches;
    private RemoteMessageId marker;
    private int marks;

    private Person(LocalConnection connection, StoredLogin login, string? cursor)
    {
        this.connection = connection;
        Login = login;
        batches = connection.ReceiveAsync(cursor, CancellationToken.None).GetAsyncEnumerator();
    }

    public StoredLogin Login { get; }

    public UserId Id => Town.IdOf(Login.RemoteId);

    public string AccountId => connection.Identity.AccountId;

    public RemoteChat Self { get; private set; } = null!;

    public string? Cursor { get; private set; }

    public LocalConnection Does => connection;

    /// <summary>Opens a login for the first time.</summary>
    public static async Task<Person> ArriveAsync(Town town, StoredLogin login)
    {
        var person = await OpenAsync(town, login, null);
        var first = Assert.Single(await person.NextBatchAsync());
        person.Self = Assert.IsType<RemoteEvent.ChatUpserted>(first).Chat;
        return person;
    }

    /// <summary>Opens a login from a position.</summary>
    public static async Task<Person> OpenAsync(Town town, StoredLogin login, string? cursor) =>
        new((LocalConnection)await town.Network.OpenAsync(login, CancellationToken.None), login, cursor);

    /// <summary>Opens this person's login again where it was.</summary>
    public async Task<Person> AgainAsync(Town town, string? cursor)
    {
        var again = await OpenAsync(town, Login, cursor);
        again.Self = Self;
        return again;
    }

    public async Task<IReadOnlyList<RemoteEvent>> NextBatchAsync()
    {
        Assert.True(await batches.MoveNextAsync());
        Cursor = batches.Current.Cursor;
        return batches.Current.Events;
    }

    /// <summary>Waits for the next batch without asking whether it comes.</summary>
    public Task<bool> WaitAsync() => batches.MoveNextAsync().AsTask();

    /// <summary>Everything that has arrived since the last time. A marker of one's own shows where it ends.</summary>
    public async Task<List<RemoteEvent>> ReceivedAsync()
    {
        if (marker == default)
            marker = (await connection.SendAsync(Self.Id, NewTransaction(), Town.Saying("marker"), CancellationToken.None)).Id;
        var text = Town.Text($"mark {++marks} {Guid.NewGuid()}");
        await connection.EditAsync(Self.Id, marker, text, [], NewTransaction(), CancellationToken.None);
        var received = new List<RemoteEvent>();
        while (true)
        {
            foreach (var what in await NextBatchAsync())
            {
                if (what is RemoteEvent.MessageEdited edited && edited.Id == marker)
                {
                    if (edited.Text == text)
                        return received;
                    continue;
                }

                received.Add(what);
            }
        }
    }

    /// <summary>The one event that has arrived since the last time.</summary>
    public async Task<T> ReceivedAsync<T>()
        where T : RemoteEvent => Assert.IsType<T>(Assert.Single(await ReceivedAsync()));

    public Task<RemoteChat> OpenChatAsync(Person other) => connection.OpenDirectChatAsync(AccountId, other.Id, CancellationToken.None);

    public Task<RemoteChat> MakeGroupAsync(string? title, params Person[] others) => connection.CreateGroupAsync(
        AccountId, [.. others.Select(other => other.Id)], title, NewTransaction(), CancellationToken.None);

    public Task<SentMessage> SendAsync(RemoteChat chat, OutgoingMessage message, string? transaction = null) => connection.SendAsync(
        chat.Id, transaction is null ? NewTransaction() : new(transaction), message, CancellationToken.None);

    public Task<SentMessage> SayAsync(RemoteChat chat, string text) => SendAsync(chat, Town.Saying(text));

    public Task<DateTimeOffset> EditAsync(RemoteChat chat, SentMessage message, string text) => connection.EditAsync(
        chat.Id, message.Id, Town.Text(text), [], NewTransaction(), CancellationToken.None);

    public Task DeleteAsync(RemoteChat chat, SentMessage message) =>
        connection.DeleteForEveryoneAsync(chat.Id, message.Id, CancellationToken.None);

    public Task ReactAsync(RemoteChat chat, SentMessage message, string key) =>
        connection.ReactAsync(chat.Id, message.Id, key, NewTransaction(), CancellationToken.None);

    public Task UnreactAsync(RemoteChat chat, SentMessage message, string key) =>
        connection.UnreactAsync(chat.Id, message.Id, key, CancellationToken.None);

    public Task ReadAsync(RemoteChat chat, SentMessage message) =>
        connection.MarkReadAsync(chat.Id, message.Id, CancellationToken.None);

    public Task TypeAsync(RemoteChat chat, bool typing = true) => connection.SetTypingAsync(chat.Id, typing, CancellationToken.None);

    public Task MuteAsync(RemoteChat chat, bool muted = true) => connection.SetMarksAsync(
        chat.Id, new ChatMarks { IsMuted = muted }, CancellationToken.None);

    public Task<bool> NotifyAsync(RemoteChat chat, SentMessage message) =>
        connection.NotifyAnywayAsync(chat.Id, message.Id, CancellationToken.None);

    public Task<RemoteChat> UpdateAsync(RemoteChat chat, ChatStateChange change) =>
        connection.UpdateChatAsync(chat.Id, change, CancellationToken.None);

    public async Task<string> OpenFileAsync(RemoteMediaId media)
    {
        await using var content = await connection.OpenMediaAsync(media, CancellationToken.None);
        return await new StreamReader(content).ReadToEndAsync();
    }

    private static TransactionId NewTransaction() => new(Guid.NewGuid().ToString());
}
