using Switchboard.Networks;
using Switchboard.Testing;
using Xunit;

namespace Switchboard.Core.Tests.Receiving;

public sealed class IngestTests
{
    private static readonly string[] EveryTable =
        ["account", "contact", "chat", "participant", "receipt", "message", "forgotten_message", "reaction", "seen", "media", "outbox"];

    public static TheoryData<string> Events => [.. Scripts.Keys];

    private static Dictionary<string, RemoteEvent> Scripts { get; } = new()
    {
        ["account"] = new RemoteEvent.AccountUpserted(Make.Account()),
        ["new chat"] = Make.ChatIs("c2", "me", "bob", "cyd"),
        ["known chat"] = Make.ChatIs("c1"),
        ["renamed chat"] = new RemoteEvent.ChatUpserted(Make.Chat("c1") with { Title = "Garden", Avatar = Make.Media("picture") }),
        ["removed chat"] = new RemoteEvent.ChatRemoved(new RemoteChatId("c1")),
        ["unknown removed chat"] = new RemoteEvent.ChatRemoved(new RemoteChatId("nowhere")),
        ["message"] = Make.Says("ada", "c1", "$new", "a new one"),
        ["own message"] = Make.Says("me", "c1", "$new", "a new one"),
        ["message of a stranger"] = Make.Says("zoe", "c1", "$new", "a new one"),
        ["message in an unknown chat"] = Make.Says("ada", "nowhere", "$new"),
        ["message with files"] = new RemoteEvent.MessageUpserted(
            Make.Message("c1", "$new", "ada", "look") with { Attachments = [Make.Media("m1"), Make.Media("m2")] }),
        ["hidden message"] = new RemoteEvent.MessageUpserted(Make.Message("c1", "$new", "ada", "x") with { IsHidden = true }),
        ["vanished message"] = new RemoteEvent.MessageUpserted(Make.Message("c1", "$new", "ada", "x") with { ExpiresAt = Make.Start }),
        ["edit"] = Make.Edits("c1", "$1", "better", Make.Start.AddMinutes(1), Make.UserId("me")),
        ["edit of an unknown message"] = Make.Edits("c1", "$nothing", "better", Make.Start.AddMinutes(1)),
        ["deletion"] = Make.Removes("c1", "$1"),
        ["deletion of an unknown message"] = Make.Removes("c1", "$nothing"),
        ["reaction"] = Make.Reacts("ada", "c1", "$1", "👍"),
        ["reaction of a stranger"] = Make.Reacts("zoe", "c1", "$1", "👍"),
        ["reaction to an unknown message"] = Make.Reacts("ada", "c1", "$nothing", "👍"),
        ["reaction taken back"] = Make.Unreacts("ada", "c1", "$2", "🎉"),
        ["unknown reaction taken back"] = Make.Unreacts("ada", "c1", "$1", "🎉"),
        ["own reading"] = Make.Reads("me", "c1", "$1"),
        ["reading by another"] = Make.Reads("ada", "c1", "$2"),
        ["reading of an unknown message"] = Make.Reads("ada", "c1", "$nothing"),
        ["typing"] = new RemoteEvent.TypingChanged(new RemoteChatId("c1"), [new UserId(Make.UserId("ada"))]),
        ["attention to an unknown message"] = new RemoteEvent.AttentionRequested(new RemoteChatId("c1"), new RemoteMessageId("$nothing")),
    };

    [Theory]
    [MemberData(nameof(Events))]
    public async Task An_event_that_comes_again_changes_nothing(string name)
    {
        await using var home = await PreparedAsync();
        await home.TellAsync(Scripts[name]);
        var (state, log) = (Dump(home), home.LogEnd);
        home.Clock.Advance(TimeSpan.FromSeconds(5));
        await home.TellAsync(Scripts[name], Scripts[name]);
        Assert.Equal(state, Dump(home));
        Assert.Equal([], home.LogAfter(log));
    }

    [Fact]
    public async Task A_group_that_turns_out_to_be_a_direct_chat_becomes_one()
    {
        await using var home = await PreparedAsync();
        var log = home.LogEnd;
        foreach (var isGroup in (IEnumerable<bool>)[true, false])
        {
            await home.TellAsync(new RemoteEvent.ChatUpserted(Make.Chat("c1") with { IsGroup = isGroup }));
            Assert.Equal(isGroup, home.Chats.Get(home.Owner, home.ChatId("c1"), 0).IsGroup);
        }

        Assert.NotEmpty(home.LogAfter(log));
    }

    [Fact]
    public async Task Of_the_reactions_that_are_allowed_each_counts_however_its_emoji_is_written()
    {
        await using var home = await PreparedAsync();
        await home.TellAsync(new RemoteEvent.ChatUpserted(
            Make.Chat("c1") with { Capabilities = Make.Chat("c1").Capabilities with { AllowedReactions = ["👍\uFE0F", "❤"] } }));
        Task React(string key) => home.Messages.ReactAsync(home.Owner, home.ChatId("c1"), home.MessageId("$1"), key, null, CancellationToken.None);

        await React("👍");
        await React("❤\uFE0F");
        await Assert.ThrowsAsync<RefusedException>(() => React("🎉"));
    }

    [Fact]
    public async Task A_whole_story_told_twice_batch_by_batch_is_the_story_told_once()
    {
        await using var once = await TestInstallation.StartAsync();
        await using var twice = await TestInstallation.StartAsync(new ScriptedNetwork { TellsTwice = true });
        IReadOnlyList<RemoteEvent>[] story =
        [
            [Make.ChatIs("c1", "me", "ada", "bob")],
            [Make.Says("ada", "c1", "$1", "one"), Make.Says("bob", "c1", "$2", "two"), Make.Says("me", "c1", "$3", "three")],
            [Make.Edits("c1", "$1", "uno", Make.Start.AddMinutes(1)), Make.Edits("c1", "$1", "eins", Make.Start.AddMinutes(2))],
            [Make.Reacts("ada", "c1", "$2", "👍"), Make.Reacts("bob", "c1", "$2", "👍"), Make.Reads("bob", "c1", "$3")],
            [Make.Removes("c1", "$2"), Make.Says("ada", "c1", "$4", "four"), Make.Reads("me", "c1", "$3")],
        ];
        foreach (var batch in story)
        {
            await once.TellAsync(batch);
            await twice.TellAsync(batch);
        }

        Assert.Equal(Shown(once), Shown(twice));
        Assert.Equal(once.LogAfter(0).Select(Kind), twice.LogAfter(0).Select(Kind));
    }

    [Fact]
    public async Task The_cursor_is_stored_with_its_batch_and_the_stream_goes_on_from_it()
    {
        await using var home = await TestInstallation.StartAsync();
        await home.TellAsync(Make.ChatIs("c1"));
        await home.TellAsync(Make.Says("ada", "c1", "$1"));
        Assert.Equal("2", home.Database.Read(db => db.QueryText("SELECT cursor FROM login")));
        await home.RestartAsync();
        await home.TellAsync(Make.Says("ada", "c1", "$2"));
        Assert.Equal([null, "2"], home.Network.StreamOf("me").Cursors);
        Assert.Equal(2, home.All("c1").Count);
    }

    [Fact]
    public async Task A_batch_that_cannot_be_stored_leaves_neither_its_events_nor_its_cursor()
    {
        await using var home = await PreparedAsync();
        var before = Dump(home);
        var cursor = home.Database.Read(db => db.QueryText("SELECT cursor FROM login"));
        var broken = new RemoteBatch([Make.Says("ada", "c1", "$9"), null!], "far ahead");
        await Assert.ThrowsAnyAsync<Exception>(() => home.Ingest.ApplyAsync(Login(home), broken, CancellationToken.None));
        Assert.Equal(before, Dump(home));
        Assert.Equal(cursor, home.Database.Read(db => db.QueryText("SELECT cursor FROM login")));
    }

    [Fact]
    public async Task A_lost_connection_goes_on_from_the_last_stored_cursor()
    {
        await using var home = await PreparedAsync();
        var stream = home.Network.StreamOf("me");
        var timers = home.Clock.TimersMade;
        stream.Break(new NetworkException(NetworkFailure.Transient, "The line is cut."));
        await home.Clock.TimersMadeAsync(timers + 1);
        var told = stream.TellAsync(Make.Says("ada", "c1", "$9"));
        while (!told.IsCompleted)
        {
            home.Clock.Advance(TimeSpan.FromSeconds(1));
            await Task.Yield();
        }

        await told;
        Assert.Equal([null, "3"], stream.Cursors);
        Assert.Equal("hello", home.Message("$9").Text);
    }

    [Fact]
    public async Task A_batch_for_a_login_that_is_gone_stores_nothing()
    {
        await using var home = await PreparedAsync();
        await home.Ingest.ApplyAsync(987, new RemoteBatch([Make.ChatIs("c9")], "1"), CancellationToken.None);
        Assert.Equal(1, home.Number("SELECT count(*) FROM chat"));
    }

    private static async Task<TestInstallation> PreparedAsync()
    {
        var home = await TestInstallation.StartAsync();
        await home.TellAsync(Make.ChatIs("c1"));
        await home.TellAsync(Make.Says("ada", "c1", "$1", "first"), Make.Says("me", "c1", "$2", "second"));
        await home.TellAsync(Make.Reacts("ada", "c1", "$2", "🎉"));
        return home;
    }

    private static long Login(TestInstallation home) => home.Number("SELECT key FROM login")!.Value;

    /// <summary>Every row of every table of state, as text.</summary>
    private static string Dump(TestInstallation home) => home.Database.Read(db => string.Join('\n', EveryTable.SelectMany(table =>
        db.Query($"PRAGMA table_info({table})", row => row.GetString(1)) is var columns
            ? db.Query(
                $"SELECT {string.Join(" || '|' || ", columns.Select(column => $"quote({column})"))} FROM {table}",
                row => $"{table}: {row.GetString(0)}")
            : [])));

    /// <summary>What people see, without ids that differ between installations.</summary>
    private static string Shown(TestInstallation home) => string.Join('\n', home.All("c1").Select(message =>
        $"{message.RemoteId} {message.SenderId} {message.Text} {message.EditedAt:O} {message.EditCount} {message.IsDeleted} {message.IsUnread} "
        + $"{string.Join(',', message.Reactions)} {string.Join(',', message.SeenBy)}"))
        + $" unread {home.Chat("c1").Unread} of {home.Chat("c1").LastActivity:O}";

    private static string Kind(string entry) => entry.Split(' ')[0];
}
