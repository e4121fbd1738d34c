using Microsoft.AspNetCore.Http;
using Switchboard.Matrix.Tests.Sending;
using Switchboard.Matrix.Tests.Sync;
using Switchboard.Networks;
using Switchboard.Testing;

namespace Switchboard.Matrix.Tests.Receiving;

/// <summary>What a homeserver does or does not answer beside the sync does not stop it, and is not asked without end.</summary>
public sealed class PatienceTests
{
    [Fact]
    public async Task Empty_answers_that_come_at_once_are_not_asked_for_as_fast_as_they_come()
    {
        var clock = new ManualClock();
        await using var line = await Line.OpenAsync(clock);
        var number = 0;
        line.Server.On("GET", "/_matrix/client/v3/sync", context =>
            context.Response.WriteAsync($$"""{"next_batch":"s{{Interlocked.Increment(ref number)}}"}"""));
        using var stop = new CancellationTokenSource();
        var receiving = Task.Run(async () =>
        {
            await foreach (var _ in line.Does.ReceiveAsync(null, stop.Token))
            {
            }
        });

        await clock.TimersMadeAsync(1).WaitAsync(Patience.Longest);
        Assert.Equal(4, number);
        clock.Advance(TimeSpan.FromSeconds(1));
        await clock.TimersMadeAsync(2).WaitAsync(Patience.Longest);
        Assert.Equal(5, number);
        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => receiving);
    }

    [Theory]
    [InlineData(502, "")]
    [InlineData(429, """{"errcode":"M_LIMIT_EXCEEDED"}""")]
    [InlineData(200, "[")]
    public async Task What_is_nice_to_know_and_not_to_be_had_does_without(int status, string body)
    {
        await using var line = await Line.OpenAsync(new ManualClock());
        line.Server.On("GET", "/_matrix/client/v1/media/config", body, status).On("GET", "/_matrix/client/v3/profile/", body, status);

        var told = await line.ReceiveAsync(Answer.Joined(Line.Room, Answer.Timeline(Answer.Text("$1", "x"))), Answer.Joined(Line.Room, Answer.Timeline(Answer.Text("$2", "y"))));

        Assert.Equal(2, told.OfType<RemoteEvent.MessageUpserted>().Count());
    }

    [Fact]
    public async Task What_is_nice_to_know_is_asked_for_after_the_first_answer()
    {
        await using var line = await Line.OpenAsync(new ManualClock());
        line.Server.On("GET", "/_matrix/client/v1/media/config", """{"m.upload.size":5}""")
            .On("GET", "/_matrix/client/v3/profile/", """{"displayname":"Me"}""");

        var told = await line.ReceiveAsync(Answer.Joined(Line.Room, Answer.Timeline(Answer.Text("$1", "x"))));

        Assert.Equal("Me", told.OfType<RemoteEvent.AccountUpserted>().Last().Account.Self.FullName);
        Assert.Equal(5, line.Store.Read(db => db.QueryInt64("SELECT max_upload FROM login")));
        Assert.Equal(["/_matrix/client/v3/sync"], line.Server.Calls.Take(1).Select(call => call.Path));
    }

    [Fact]
    public async Task A_homeserver_that_asks_the_sync_to_wait_is_left_in_peace_that_long_and_the_connection_stays()
    {
        var clock = new ManualClock();
        await using var line = await Line.OpenAsync(clock);
        var number = 0;
        line.Server.On("GET", "/_matrix/client/v3/sync", context =>
        {
            if (Interlocked.Increment(ref number) > 2)
                return context.Response.WriteAsync("""{"next_batch":"s1"}""");
            context.Response.StatusCode = 429;
            context.Response.Headers.RetryAfter = "100";
            return context.Response.WriteAsync(FaultyHomeserver.Error("M_LIMIT_EXCEEDED"));
        });
        var receiving = Task.Run(async () =>
        {
            await foreach (var batch in line.Does.ReceiveAsync(null, CancellationToken.None))
            {
                if (batch.Cursor is not null)
                    break;
            }
        });

        for (var asked = 1; asked <= 2; asked++)
        {
            await clock.TimersMadeAsync(asked).WaitAsync(Patience.Longest);
            clock.Advance(TimeSpan.FromSeconds(99));
            Assert.Equal(asked, number);
            clock.Advance(TimeSpan.FromSeconds(1));
        }

        await receiving.WaitAsync(Patience.Longest);
        Assert.Equal(3, number);
    }

    [Fact]
    public async Task Whoever_is_to_wait_for_long_is_not_connected_meanwhile()
    {
        await using var line = await Line.OpenAsync(new ManualClock());
        line.Server.On("GET", "/_matrix/client/v3/sync", FaultyHomeserver.Error("M_LIMIT_EXCEEDED"), 429, retryAfter: "1800");

        var lost = await Assert.ThrowsAsync<NetworkException>(async () =>
        {
            await foreach (var _ in line.Does.ReceiveAsync(null, CancellationToken.None))
            {
            }
        });

        Assert.Equal((NetworkFailure.Transient, TimeSpan.FromSeconds(1800)), (lost.Kind, lost.RetryAfter));
    }

    [Fact]
    public async Task What_is_being_uploaded_goes_on_when_the_sync_fails_and_is_taken_up_again()
    {
        await using var line = await Line.OpenAsync(new ManualClock());
        await line.KnowAsync();
        var (reached, release) = (new TaskCompletionSource(), new TaskCompletionSource());
        line.Server.On("GET", "/_matrix/client/v3/account/whoami", """{"user_id":"@me:hs.test"}""")
            .On("POST", "/_matrix/media/v3/upload", async context =>
            {
                reached.SetResult();
                await release.Task;
                await context.Response.WriteAsync("""{"content_uri":"mxc://hs.test/file"}""");
            });
        var info = new AttachmentInfo { Kind = AttachmentKind.File, MimeType = "text/plain", FileName = "note.txt" };
        var sending = line.Does.SendAsync(
            Line.Chat, new TransactionId("t1"), new OutgoingMessage { Attachment = new(info, () => new MemoryStream([1, 2, 3])) }, CancellationToken.None);
        await reached.Task.WaitAsync(Patience.Longest);

        line.Server.On("GET", "/_matrix/client/v3/sync", FaultyHomeserver.Error("M_UNKNOWN"), 503);
        var failure = await Assert.ThrowsAsync<NetworkException>(async () =>
        {
            await foreach (var _ in line.Does.ReceiveAsync(null, CancellationToken.None))
            {
            }
        });
        Assert.Equal(NetworkFailure.Transient, failure.Kind);
        await line.Does.ResumeAsync(CancellationToken.None);
        var told = await line.ReceiveAsync(Answer.Joined(Line.Room, Answer.Timeline(Answer.Text("$1", "x"))));

        Assert.Single(told.OfType<RemoteEvent.MessageUpserted>());
        release.SetResult();
        Assert.Equal("$sent", (await sending.WaitAsync(Patience.Longest)).Id.Value);
    }
}
