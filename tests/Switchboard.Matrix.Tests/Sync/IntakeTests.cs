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
