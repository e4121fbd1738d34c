using Switchboard.Core.Messages;
using Switchboard.Networks;
using Switchboard.Testing;
using Xunit;

namespace Switchboard.Core.Tests.Sending;

public sealed class SendReportTests
{
    [Fact]
    public async Task A_send_stays_pending_until_its_bridge_reports()
    {
        await using var home = await TestInstallation.StartAsync(new ScriptedNetwork { WillReport = true });
        await SendAsync(home);
        Assert.Equal(SendStatus.Pending, home.Message("$sent1").SendStatus!.State);
        await home.TellAsync(Make.Report("c1", "$sent1", SendProgress.Success, Make.Start.AddSeconds(5), "ada"));
        var status = home.Message("$sent1").SendStatus!;
        Assert.Equal((SendStatus.Success, Make.Start.AddSeconds(5), Make.UserId("ada")), (status.State, status.At, status.DeliveredTo!.Single()));
    }

    [Fact]
    public async Task A_bridge_that_never_reports_leaves_nothing_pending()
    {
        await using var home = await TestInstallation.StartAsync(new ScriptedNetwork { WillReport = true });
        var id = await SendAsync(home);
        home.Pass(TimeSpan.FromSeconds(59));
        Assert.Equal(SendStatus.Pending, home.Message("$sent1").SendStatus!.State);
        home.Pass(TimeSpan.FromSeconds(2));
        await home.UntilSentAsync(id);
        // A report that comes at last is still the truth.
        await home.TellAsync(new RemoteEvent.SendStatusChanged(
            new("c1"), new("$sent1"), new SendReport(SendProgress.FailedPermanently, Make.Start.AddMinutes(9)) { Reason = "r", Message = "m", InternalError = "i" }));
        var status = home.Message("$sent1").SendStatus!;
        Assert.Equal((SendStatus.Permanent, "r", "m", "i"), (status.State, status.Reason, status.Error, status.InternalError));
    }

    [Fact]
    public async Task The_newest_report_wins_those_it_reached_add_up_and_an_old_pending_undoes_nothing()
    {
        await using var home = await TestInstallation.StartAsync();
        await SendAsync(home);
        await home.TellAsync(Make.Report("c1", "$sent1", SendProgress.Pending, Make.Start));
        Assert.Equal(SendStatus.Success, home.Message("$sent1").SendStatus!.State);
        await home.TellAsync(
            Make.Report("c1", "$sent1", SendProgress.Success, Make.Start.AddSeconds(5), "ada"),
            Make.Report("c1", "$sent1", SendProgress.Pending, Make.Start.AddSeconds(5)),
            Make.Report("c1", "$sent1", SendProgress.FailedRetriable, Make.Start.AddSeconds(1), "bob"));
        var status = home.Message("$sent1").SendStatus!;
        Assert.Equal(SendStatus.Success, status.State);
        Assert.Equal([Make.UserId("ada"), Make.UserId("bob")], status.DeliveredTo);
        var log = home.LogEnd;
        await home.TellAsync(Make.Report("c1", "$sent1", SendProgress.Success, Make.Start.AddSeconds(5), "ada"));
        Assert.Equal(log, home.LogEnd);
        await home.TellAsync(Make.Report("c1", "$sent1", SendProgress.FailedRetriable, Make.Start.AddSeconds(9)));
        Assert.Equal(SendStatus.Retriable, home.Message("$sent1").SendStatus!.State);
    }

    [Fact]
    public async Task An_echo_that_is_faster_than_the_answer_does_not_pass_for_a_report()
    {
        await using var home = await TestInstallation.StartAsync(new ScriptedNetwork { WillReport = true, HoldsSends = true });
        await home.TellAsync(Make.ChatIs("c1"));
        foreach (var (id, text) in new[] { ("$sent1", "first"), ("$sent2", "second") })
        {
            var message = await home.SendAsync("c1", text);
            var send = await home.Network.NextSendAsync();
            send.Take();
            await home.TellAsync(new RemoteEvent.MessageUpserted(Make.Message("c1", id, "me", text) with { Transaction = send.Transaction }));
            send.Accept();
            await home.UntilAsync(db => Pending(db, message));
        }

        await home.TellAsync(Make.Report("c1", "$sent2", SendProgress.Success));
        Assert.Equal(SendStatus.Success, home.Message("$sent2").SendStatus!.State);
    }

    [Fact]
    public async Task An_answer_is_sent_with_who_is_answered()
    {
        await using var home = await TestInstallation.StartAsync();
        await home.TellAsync(Make.ChatIs("c1"), Make.Says("ada", "c1", "$1"));
        var (_, id) = await home.Messages.SendAsync(
            home.Owner, home.ChatId("c1"), new SendRequest { Text = "yes", ReplyTo = home.MessageId("$1") }, Make.Identity("yes"), CancellationToken.None);
        await home.UntilSentAsync(id);
        var sent = home.Network.Delivered.Single().Message;
        Assert.Equal(("$1", Make.UserId("ada")), (sent.ReplyTo!.Value.Value, sent.ReplyToSender!.Value.Value));
    }

    [Fact]
    public async Task A_read_only_chat_says_why()
    {
        await using var home = await TestInstallation.StartAsync();
        await home.TellAsync(new RemoteEvent.ChatUpserted(Make.Chat("c1") with { IsReadOnly = true, ReadOnlyReason = "It is encrypted." }));
        var refused = await Assert.ThrowsAsync<RefusedException>(() => home.SendAsync("c1", "x"));
        Assert.Equal((Refusal.Unsupported, "It is encrypted."), (refused.Reason, refused.Message));
    }

    private static bool Pending(Sqlite.Db db, string id) => db.QueryInt64(
        "SELECT 1 FROM message WHERE id = $id AND send_state = 'PENDING' AND remote_id IS NOT NULL",
        ("$id", id)) is not null;

    private static async Task<string> SendAsync(TestInstallation home)
    {
        await home.TellAsync(Make.ChatIs("c1"));
        var id = await home.SendAsync("c1", "hello");
        await home.UntilAsync(db => db.QueryInt64("SELECT 1 FROM message WHERE id = $id AND remote_id IS NOT NULL", ("$id", id)) is not null);
        return id;
    }
}
