using System.Text;
using FsCheck;
using FsCheck.Fluent;
using Microsoft.Extensions.Logging.Abstractions;
using Switchboard.Matrix.Store;
using Switchboard.Matrix.Sync;
using Switchboard.Matrix.Tests.Sending;
using Switchboard.Matrix.Tests.Sync;
using Switchboard.Networks;
using Switchboard.Testing;

namespace Switchboard.Matrix.Tests.Receiving;

/// <summary>What a stranger wrote may stand in every answer, not only in that of a sync.</summary>
public sealed class HostileAnswerProperties
{
    private const string RoomPath = "/_matrix/client/v3/rooms/%21room%3Ahs.test/";

    [Fact]
    public void The_past_is_read_whatever_the_events_in_it_are()
    {
        using var world = new SyncWorld();
        world.TakeRoom(Answer.Room([Answer.Create(), Answer.Member(SyncWorld.Own)], Answer.Text("$now", "x")));
        var number = 0;
        Prop.ForAll(HostileProperties.Mutants.ListOf(12).ToArbitrary(), events =>
        {
            var good = $"$good{number++}";
            var page = $$"""{"state":[{{string.Join(',', events.Take(4))}}],"chunk":[{{string.Join(',', events.Skip(4).Append(Answer.Text(good, "here")))}}],"end":"e"}""";
            return Take(world, page).OfType<RemoteEvent.MessageUpserted>().Any(told => told.Message.Id.Value == good);
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(200));
    }

    [Fact]
    public void A_page_of_any_shape_is_read_or_is_a_failure_of_the_network() =>
        Prop.ForAll(PageMutants.ToArbitrary(), page =>
        {
            using var world = new SyncWorld();
            world.TakeRoom(Answer.Room([Answer.Create(), Answer.Member(SyncWorld.Own)]));
            try
            {
                return Take(world, page).Count >= 0;
            }
            catch (NetworkException e)
            {
                return e.Kind == NetworkFailure.Transient;
            }
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(60));

    [Fact]
    public void Members_are_read_whatever_stands_among_them() => ForAll(HostileProperties.Mutants.ListOf(12), async (line, events) =>
    {
        await line.KnowAsync();
        line.Server.On("GET", RoomPath + "members", $$"""{"chunk":[{{string.Join(',', events.Append(Answer.Member("@cy:hs.test")))}}]}""");
        await line.Does.LoadParticipantsAsync(Line.Chat, CancellationToken.None);
        return line.Store.Read(db => db.Member(Line.Room, "@cy:hs.test")!.Membership) == "join";
    });

    [Fact]
    public void A_message_that_is_read_again_may_have_any_shape() => ForAll(HostileProperties.Mutants, async (line, answer) =>
    {
        await line.KnowAsync();
        await line.Store.WriteAsync(
            db =>
            {
                db.WantReread(Line.Room, "$1", DateTimeOffset.UnixEpoch);
                return true;
            },
            CancellationToken.None);
        line.Server.On("GET", RoomPath + "event/", answer);
        await line.ReceiveAsync("""{"next_batch":"s1"}""");
        return line.Store.Read(db => db.RereadsDue(DateTimeOffset.UnixEpoch, 1)).Count == 0;
    });

    private static void ForAll<T>(Gen<T> values, Func<Line, T, Task<bool>> holds)
    {
        var line = Wait(Line.OpenAsync(new ManualClock()));
        try
        {
            Prop.ForAll(values.ToArbitrary(), value => Wait(holds(line, value))).Check(Config.QuickThrowOnFailure.WithMaxTest(50));
        }
        finally
        {
            line.DisposeAsync().AsTask().GetAwaiter().GetResult();
        }
    }

    private static T Wait<T>(Task<T> task) => Task.Run(() => task).GetAwaiter().GetResult();

    private static IReadOnlyList<RemoteEvent> Take(SyncWorld world, string page) => world.Store.WriteAsync(
        db => HistoryFold.Take(
            EventPage.Read(Encoding.UTF8.GetBytes(page)), SyncWorld.Room, new SyncScope(db, new(SyncWorld.Own, world.Account), world.Clock.GetUtcNow()),
            NullLogger.Instance),
        CancellationToken.None).GetAwaiter().GetResult();

    private static Gen<string> PageMutants =>
        from place in Gen.Choose(0, 1000)
        from value in Gen.Elements(HostileProperties.Odd)
        select HostileProperties.Mutate(
            $$"""{"start":"s","end":"e","state":[{{Answer.Member("@bob:hs.test")}}],"chunk":[{{Answer.Text("$1", "x")}},{{Answer.Reaction("$r", "$1", "👍")}}]}""",
            [place], [value]);
}
