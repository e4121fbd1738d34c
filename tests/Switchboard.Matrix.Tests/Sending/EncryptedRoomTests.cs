using FsCheck;
using FsCheck.Fluent;
using Microsoft.AspNetCore.Http;
using Switchboard.Networks;

namespace Switchboard.Matrix.Tests.Sending;

/// <summary>Never an event in clear into an encrypted room.</summary>
public sealed class EncryptedRoomTests
{
    private static readonly OutgoingAttachment File = new(
        new AttachmentInfo { Kind = AttachmentKind.Image, MimeType = "image/png", FileName = "a.png", FileSize = 3 }, () => new MemoryStream([1, 2, 3]));

    /// <summary>Everything that sends an event.</summary>
    private static readonly Dictionary<string, Func<MatrixConnection, Task>> Sends = new()
    {
        ["text"] = does => does.SendAsync(Line.Chat, new("t"), new OutgoingMessage { Text = new MessageText("x", false) }, CancellationToken.None),
        ["answer"] = does => does.SendAsync(Line.Chat, new("t"), new OutgoingMessage { Text = new MessageText("x", false), ReplyTo = new("$1") }, CancellationToken.None),
        ["file"] = does => does.SendAsync(Line.Chat, new("t"), new OutgoingMessage { Attachment = File }, CancellationToken.None),
        ["edit"] = does => does.EditAsync(Line.Chat, new("$1"), new MessageText("x", false), [], new("t"), CancellationToken.None),
        ["reaction"] = does => does.ReactAsync(Line.Chat, new("$1"), "👍", new("t"), CancellationToken.None),
        ["deletion"] = does => does.DeleteForEveryoneAsync(Line.Chat, new("$1"), CancellationToken.None),
    };

    public static TheoryData<string> Ways => [.. Sends.Keys];

    [Theory]
    [MemberData(nameof(Ways))]
    public async Task A_room_that_is_known_to_be_encrypted_hears_nothing_and_the_homeserver_neither(string way)
    {
        await using var line = await Line.OpenAsync();
        await line.KnowAsync(isEncrypted: true);

        var refusal = await Assert.ThrowsAsync<NetworkException>(() => Sends[way](line.Does));

        Assert.Equal(NetworkFailure.Rejected, refusal.Kind);
        Assert.Contains("encrypted", refusal.Message, StringComparison.Ordinal);
        Assert.Empty(line.Server.Calls);
    }

    [Theory]
    [MemberData(nameof(Ways))]
    public async Task A_room_of_which_nothing_is_known_is_asked_about_first(string way)
    {
        await using var line = await Line.OpenAsync();
        line.Server.On("GET", Line.Encryption, """{"algorithm":"m.megolm.v1.aes-sha2"}""");

        var refusal = await Assert.ThrowsAsync<NetworkException>(() => Sends[way](line.Does));

        Assert.Equal(NetworkFailure.Rejected, refusal.Kind);
        Assert.Empty(line.Sent);
        Assert.Empty(line.Server.To("POST", "/_matrix/media/"));
    }

    [Theory]
    [MemberData(nameof(Ways))]
    public async Task Encryption_that_was_switched_on_while_nobody_looked_is_noticed(string way)
    {
        await using var line = await Line.OpenAsync();
        await line.KnowAsync();
        // Whatever it says: that there is such state is enough.
        line.Server.On("GET", Line.Encryption, "{}");

        await Assert.ThrowsAsync<NetworkException>(() => Sends[way](line.Does));
        line.Server.On("GET", Line.Encryption, FaultyHomeserver.Error("M_NOT_FOUND"), 404);
        var after = await Assert.ThrowsAsync<NetworkException>(() => Sends[way](line.Does));

        // And stays noticed, though the homeserver now says otherwise.
        Assert.Equal(NetworkFailure.Rejected, after.Kind);
        Assert.Empty(line.Sent);
    }

    [Theory]
    [MemberData(nameof(Ways))]
    public async Task Encryption_that_sync_tells_of_while_the_homeserver_answers_is_noticed(string way)
    {
        await using var line = await Line.OpenAsync();
        await line.KnowAsync();
        line.Server.On("GET", Line.Encryption, async context =>
        {
            await line.KnowAsync(isEncrypted: true);
            context.Response.StatusCode = 404;
            await context.Response.WriteAsync(FaultyHomeserver.Error("M_NOT_FOUND"));
        });

        await Assert.ThrowsAsync<NetworkException>(() => Sends[way](line.Does));

        Assert.Empty(line.Sent);
    }

    [Theory]
    [InlineData(500, "")]
    [InlineData(502, "<html>")]
    [InlineData(404, "not here")]
    [InlineData(404, """{"errcode":"M_UNRECOGNIZED"}""")]
    [InlineData(403, """{"errcode":"M_FORBIDDEN"}""")]
    [InlineData(401, """{"errcode":"M_UNKNOWN_TOKEN"}""")]
    [InlineData(429, """{"errcode":"M_LIMIT_EXCEEDED"}""")]
    [InlineData(200, "")]
    [InlineData(200, "not json")]
    public async Task Whatever_is_no_clear_no_counts_as_a_yes(int status, string answer)
    {
        await using var line = await Line.OpenAsync();
        await line.KnowAsync();
        line.Server.On("GET", Line.Encryption, answer, status);

        foreach (var way in Sends.Values)
        {
            await Assert.ThrowsAsync<NetworkException>(() => way(line.Does));
        }

        Assert.Empty(line.Sent);
    }

    [Fact]
    public async Task A_file_that_took_long_to_store_is_not_sent_into_a_room_that_became_encrypted_meanwhile()
    {
        await using var line = await Line.OpenAsync();
        await line.KnowAsync();
        line.Server.On("POST", "/_matrix/media/v3/upload", async context =>
        {
            line.Server.On("GET", Line.Encryption, """{"algorithm":"m.megolm.v1.aes-sha2"}""");
            await context.Response.WriteAsync("""{"content_uri":"mxc://hs.test/file"}""");
        });

        await Assert.ThrowsAsync<NetworkException>(() => Sends["file"](line.Does));

        Assert.Empty(line.Sent);
    }

    [Fact]
    public async Task A_chat_that_goes_on_in_an_encrypted_room_is_encrypted()
    {
        await using var line = await Line.OpenAsync();
        await line.KnowAsync();
        await line.KnowAsync(isEncrypted: true, room: "!new:hs.test");
        await line.Store.WriteAsync(
            db => db.Execute("UPDATE room SET replaced_by = '!new:hs.test' WHERE id = $id", ("$id", Line.Room)), CancellationToken.None);

        await Assert.ThrowsAsync<NetworkException>(() => line.SayAsync());

        Assert.Empty(line.Server.Calls);
    }

    [Fact]
    public async Task An_invitation_into_an_encrypted_room_is_accepted_but_nothing_is_said()
    {
        await using var line = await Line.OpenAsync();
        await line.KnowAsync(membership: "invite");
        line.Server.On("POST", "/_matrix/client/v3/join/", _ =>
        {
            line.Server.On("GET", Line.Encryption, """{"algorithm":"m.megolm.v1.aes-sha2"}""");
            return Task.CompletedTask;
        });

        await Assert.ThrowsAsync<NetworkException>(() => line.SayAsync());

        Assert.Empty(line.Sent);
    }

    /// <summary>Any order of sending, of encryption being switched on, of sync telling it, and of restarts.</summary>
    [Fact]
    public void In_no_order_of_events_is_anything_sent_after_encryption_was_switched_on()
    {
        var steps = Gen.Elements([.. Sends.Keys, "switch on", "sync tells", "restart"]).ListOf(6).ToArbitrary();
        Prop.ForAll(steps, order => RunAsync(order).GetAwaiter().GetResult()).Check(Config.QuickThrowOnFailure.WithMaxTest(40));
    }

    private static async Task<bool> RunAsync(IEnumerable<string> order)
    {
        await using var line = await Line.OpenAsync();
        await line.KnowAsync();
        var allowed = int.MaxValue;
        foreach (var step in order)
        {
            switch (step)
            {
                case "switch on":
                    line.Server.On("GET", Line.Encryption, """{"algorithm":"m.megolm.v1.aes-sha2"}""");
                    allowed = Math.Min(allowed, line.Sent.Count);
                    break;
                case "sync tells" when allowed < int.MaxValue:
                    await line.KnowAsync(isEncrypted: true);
                    break;
                case "restart":
                    await line.RestartAsync();
                    break;
                case not "sync tells":
                    try
                    {
                        await Sends[step](line.Does);
                    }
                    catch (NetworkException) when (allowed < int.MaxValue)
                    {
                        // Refused, as it should be.
                    }

                    break;
            }
        }

        return line.Sent.Count <= allowed;
    }
}
