using Microsoft.AspNetCore.Http;
using Switchboard.Matrix.Store;
using Switchboard.Matrix.Tests.Sending;
using Switchboard.Matrix.Tests.Sync;
using Switchboard.Networks;
using Switchboard.Testing;

namespace Switchboard.Matrix.Tests.Receiving;

/// <summary>matrix.md §6.6, §6.7: rooms that are gone into unasked are, however long their homeserver makes that last.</summary>
public sealed class JoinTests : IAsyncDisposable
{
    private const string Own = "@me:hs.test";
    private const string JoinPath = "/_matrix/client/v3/join/";
    private const string Limit = """{"errcode":"M_LIMIT_EXCEEDED","retry_after_ms":10000}""";

    private readonly ManualClock clock = new();
    private readonly List<string> asked = [];
    private readonly List<(int Count, TaskCompletionSource Reached)> waiting = [];
    private Line line = null!;
    private Func<int, (int Status, string Body)> answer = _ => (200, "{}");

    public ValueTask DisposeAsync() => line.DisposeAsync();

    [Fact]
    public async Task As_many_as_the_homeserver_lets_at_its_pace_and_sends_wait_for_none_of_it()
    {
        await OpenAsync();
        answer = number => number is 2 or 3 ? (429, Limit) : (200, "{}");
        var receiving = line.ReceiveAsync(Asked(5), Closed(3));
        await Asked(2);
        await clock.TimersMadeAsync(1).WaitAsync(Patience.Longest);

        await line.KnowAsync();
        Assert.Equal("$sent", (await line.SayAsync()).Id.Value);

        clock.Advance(TimeSpan.FromSeconds(10));
        await Asked(3);
        await clock.TimersMadeAsync(2).WaitAsync(Patience.Longest);
        Assert.Equal(3, asked.Count);
        clock.Advance(TimeSpan.FromSeconds(10));
        await receiving;
        Assert.Equal(["!new1:y", "!new2:y", "!new2:y", "!new2:y", "!new3:y"], asked);
    }

    [Fact]
    public async Task One_that_fails_is_tried_again_also_by_the_next_process()
    {
        await OpenAsync();
        answer = _ => (503, "{}");
        await line.ReceiveAsync(Asked(1), Closed(1));

        await line.RestartAsync();
        answer = _ => (200, "{}");
        clock.Advance(TimeSpan.FromMinutes(1));
        await line.ReceiveAsync(Asked(2), Empty);
        Assert.Equal(2, asked.Count);
    }

    [Fact]
    public async Task What_was_given_up_or_forgotten_is_found_again_in_what_is_known_of_the_rooms()
    {
        await OpenAsync();
        await line.ReceiveAsync(Asked(1), Closed(1));
        await line.Store.WriteAsync(db => db.EndJoin("!new1:y"), CancellationToken.None);

        await line.RestartAsync();
        await line.ReceiveAsync(Asked(2), Empty);
        Assert.Equal(["!new1:y", "!new1:y"], asked);
    }

    [Fact]
    public async Task Where_the_owner_is_or_was_nobody_goes_again()
    {
        await OpenAsync();
        await line.ReceiveAsync(Asked(1), Closed(1));
        await line.ReceiveAsync(Answer.Joined("!new1:y", Answer.Room([Answer.Create(), Answer.Member(Own)])), Answer.Left("!new1:y"));

        await line.RestartAsync();
        await line.ReceiveAsync(Empty, Empty);
        Assert.Null(line.Store.Read(db => db.JoinDue(DateTimeOffset.MaxValue)));
        Assert.Single(asked);
    }

    [Fact]
    public async Task An_invitation_that_cannot_be_accepted_yet_is_told_meanwhile()
    {
        await OpenAsync();
        answer = _ => (503, "{}");
        var invitation = Answer.Invited("!new1:y", Answer.State("m.room.member", """{"membership":"invite"}""", key: Own));

        Assert.DoesNotContain(await line.ReceiveAsync(Asked(1), Closed(1), invitation), IsInvitation);
        clock.Advance(TimeSpan.FromSeconds(4));
        Assert.Single(await line.ReceiveAsync(Empty, Empty), IsInvitation);
    }

    private static string Empty => """{"next_batch":"s2"}""";

    private static bool IsInvitation(RemoteEvent told) => told is RemoteEvent.ChatUpserted { Chat: { IsInvitation: true, Id.Value: "!new1:y" } };

    private static string Closed(int rooms) =>
        $$"""{"next_batch":"s1","rooms":{"join":{ {{string.Join(',', Enumerable.Range(1, rooms).Select(i =>
            $"\"!old{i}:y\":" + Answer.Room([Answer.Create(), Answer.Member(Own), Answer.State("m.room.tombstone", $$"""{"replacement_room":"!new{{i}}:y"}""")])))}} } } }""";

    private async Task OpenAsync()
    {
        line = await Line.OpenAsync(clock);
        line.Server.On("POST", JoinPath, async context =>
        {
            int number;
            lock (asked)
            {
                asked.Add(Uri.UnescapeDataString(context.Request.Path.Value!.Split('/')[^1]));
                number = asked.Count;
            }

            (context.Response.StatusCode, var body) = answer(number);
            await context.Response.WriteAsync(body);
            lock (asked)
            {
                waiting.FindAll(wait => wait.Count <= number).ForEach(wait => wait.Reached.TrySetResult());
            }
        });
    }

    private Task Asked(int count)
    {
        lock (asked)
        {
            if (asked.Count >= count)
                return Task.CompletedTask;
            var reached = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            waiting.Add((count, reached));
            return reached.Task.WaitAsync(Patience.Longest);
        }
    }
}
