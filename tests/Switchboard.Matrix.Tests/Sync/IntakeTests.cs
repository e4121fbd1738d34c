using System.Text;
using FsCheck;
using FsCheck.Fluent;
using Switchboard.Networks;

namespace Switchboard.Matrix.Tests.Sync;

/// <summary>matrix.md §6.1, §6.3: answers are read as they come, and the cursor comes with the last of them alone.</summary>
public sealed class IntakeTests
{
    [Fact]
    public void Only_the_last_batch_has_the_cursor()
    {
        using var world = new SyncWorld();
        var batches = world.Batches(Large(120, 5), isFirst: true);

        Assert.True(batches.Count > 2);
        Assert.All(batches.SkipLast(1), batch => Assert.Null(batch.Cursor));
        Assert.Equal("s1", batches[^1].Cursor);
        Assert.Equal(600, batches.SelectMany(batch => batch.Events).OfType<RemoteEvent.MessageUpserted>().Count());
    }

    [Fact]
    public void A_long_room_comes_in_pieces_in_its_order()
    {
        using var world = new SyncWorld();
        var batches = world.Batches(Large(1, 10_000), isFirst: true);

        Assert.True(batches.Count >= 4);
        Assert.All(batches, batch => Assert.True(batch.Events.Count < 4000));
        Assert.Equal(
            Enumerable.Range(0, 10_000).Select(i => $"$0-{i}"),
            batches.SelectMany(batch => batch.Events).OfType<RemoteEvent.MessageUpserted>().Select(told => told.Message.Id.Value));
    }

    [Fact]
    public void A_batch_that_nobody_asked_past_is_told_again_though_more_was_made_of_the_answer()
    {
        using var world = new SyncWorld();
        var batches = world.Batches(Large(120, 5), isFirst: true, most: 3);

        var again = world.Restart().OfType<RemoteEvent.ChatUpserted>().Select(told => told.Chat.Id).ToHashSet();

        var last = batches[^1].Events.OfType<RemoteEvent.ChatUpserted>().Select(told => told.Chat.Id).ToList();
        Assert.NotEmpty(last);
        Assert.Subset(again, last.ToHashSet());
    }

    [Fact]
    public void An_empty_answer_moves_on()
    {
        using var world = new SyncWorld();

        var batch = Assert.Single(world.Batches("""{"next_batch":"s2","presence":{"events":[{"deep":[[[[]]]]}]},"rooms":{}}"""));
        Assert.Equal((0, "s2"), (batch.Events.Count, batch.Cursor));
    }

    [Theory]
    [InlineData("")]
    [InlineData("{}")]
    [InlineData("[]")]
    [InlineData("""{"rooms":{"join":{}}}""")]
    [InlineData("""{"next_batch":7}""")]
    [InlineData("<html>")]
    public void What_is_no_answer_is_a_lost_connection(string answer)
    {
        using var world = new SyncWorld();

        Assert.Equal(NetworkFailure.Transient, Assert.Throws<NetworkException>(() => world.Batches(answer)).Kind);
    }

    [Fact]
    public void An_answer_cut_off_anywhere_never_gives_a_cursor_and_coming_again_tells_the_same() =>
        Prop.ForAll(Gen.Choose(0, 999).ToArbitrary(), cut =>
        {
            var answer = Encoding.UTF8.GetBytes(Large(10, 10));
            using var world = new SyncWorld();
            using var whole = new SyncWorld();
            var length = answer.Length * cut / 1000;
            Assert.Throws<NetworkException>(() => world.Read(new MemoryStream(answer, 0, length), isFirst: true));
            return Messages(world.Read(new MemoryStream(answer), isFirst: true)).SequenceEqual(Messages(whole.Read(new MemoryStream(answer), isFirst: true)));
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(10));

    [Fact]
    public void How_the_bytes_come_in_makes_no_difference() =>
        Prop.ForAll(Gen.Choose(1, 400).ToArbitrary(), size =>
        {
            var answer = Encoding.UTF8.GetBytes(Large(3, 3));
            using var world = new SyncWorld();
            return Messages(world.Read(new SlowStream(answer, size))).Count() == 9;
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(10));

    [Fact]
    public void A_first_answer_counts_as_taken_only_when_all_of_it_is_stored()
    {
        using var world = new SyncWorld();
        var answer = new MemoryStream(Encoding.UTF8.GetBytes(Large(3, 3)));

        world.Read(answer, isFirst: true, store: batch =>
        {
            if (batch.Cursor is not null)
                return;
            Assert.Equal(0, world.Store.Read(db => db.QueryInt64("SELECT has_synced FROM login")));
            Assert.All(batch.Events.OfType<RemoteEvent.ChatUpserted>(), told => Assert.True(IsUntold(world, told.Chat.Id.Value)));
        });

        Assert.Equal(1, world.Store.Read(db => db.QueryInt64("SELECT has_synced FROM login")));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void What_is_missing_in_a_room_is_told_again_however_often_the_process_ends_before_that_is_stored(bool isFirst)
    {
        using var world = new SyncWorld();
        if (!isFirst)
            world.Take("""{"next_batch":"s0"}""", isFirst: true);
        // Not limited, and yet not from its beginning: what was before the owner came.
        var answer = Answer.Joined(SyncWorld.Room,
            $$"""{"state":{"events":[{{Answer.Member(SyncWorld.Own)}}]},"timeline":{"limited":false,"prev_batch":"p","events":[{{Answer.Text("$1", "x")}}]} }""");

        for (var i = 0; i < 3; i++)
        {
            Assert.Contains(Gap, world.Batches(answer, isFirst, most: 1).Single().Events);
            world.Restart();
        }

        Assert.Contains(Gap, world.Take(answer, isFirst));
        Assert.DoesNotContain(Gap, world.Take(answer));
    }

    private static RemoteEvent Gap => new RemoteEvent.HistoryGap(new(SyncWorld.Room), "p");

    [Fact]
    public void A_chat_whose_part_of_an_answer_is_too_large_stays()
    {
        using var world = new SyncWorld();
        world.TakeRoom(Answer.Room([Answer.Create(), Answer.Member(SyncWorld.Own)], Answer.Text("$1", "x")), isFirst: true);
        var large = Answer.Joined(
            SyncWorld.Room, Answer.Timeline([.. Enumerable.Range(0, 5).Select(i => Answer.Text($"$2{i}", new string('x', 1024 * 1024)))]), next: "s9");

        var batches = world.Batches(large, isFirst: true);

        Assert.Equal("s9", batches[^1].Cursor);
        Assert.DoesNotContain(batches.SelectMany(batch => batch.Events), told => told is RemoteEvent.ChatRemoved);
        Assert.Equal("join", world.Store.Room(SyncWorld.Room)!.Membership);
    }

    [Fact]
    public void Long_lists_of_direct_chats_and_of_receipts_are_read()
    {
        using var world = new SyncWorld();
        world.Take(Answer.Global("m.direct", $$"""{"@bob:hs.test":["{{SyncWorld.Room}}"],"@x:y":["!{{new string('x', 600_000)}}:y"]}"""));
        Assert.Equal("@bob:hs.test", world.Store.DirectPartner(SyncWorld.Room));

        var receipts = string.Join(',', Enumerable.Range(0, 1900).Select(i =>
            "\"$" + i + new string('x', 300) + "\":{\"m.read\":{\"@bob:hs.test\":{\"ts\":1}}}"));
        var told = world.TakeRoom("{\"ephemeral\":{\"events\":[{\"type\":\"m.receipt\",\"content\":{" + receipts + "}}]}}");
        Assert.Equal(1900, told.OfType<RemoteEvent.ReadUpTo>().Count());
    }

    private static bool IsUntold(SyncWorld world, string room) =>
        world.Store.Read(db => db.QueryInt64("SELECT is_untold FROM room WHERE id = $id", ("$id", room))) == 1;

    private static IEnumerable<string> Messages(IEnumerable<RemoteBatch> batches) =>
        batches.SelectMany(batch => batch.Events).OfType<RemoteEvent.MessageUpserted>().Select(told => told.Message.Id.Value);

    private static string Large(int rooms, int events) =>
        $$"""{"next_batch":"s1","account_data":{"events":[]},"rooms":{"join":{ {{string.Join(',', Enumerable.Range(0, rooms).Select(room => $"\"!r{room}:y\":" + Answer.Timeline([.. Enumerable.Range(0, events).Select(i => Answer.Text($"${room}-{i}", "wörds \\ud83d\\ude00"))])))}} } } }""";

    private sealed class SlowStream(byte[] bytes, int size) : MemoryStream(bytes)
    {
        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) =>
            base.ReadAsync(buffer[..Math.Min(size, buffer.Length)], cancellationToken);
    }
}
