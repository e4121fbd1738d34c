using Switchboard.Core.Chats;
using Switchboard.Core.Messages;
using Switchboard.Networks;
using Switchboard.Testing;
using Xunit;

namespace Switchboard.Core.Tests.Sending;

/// <summary>What has still to go out while two chats become one.</summary>
public sealed class MergedOutboxTests
{
    private static readonly RemoteEvent Merge = new RemoteEvent.ChatReplaced(new("old"), new("new"));
    private static readonly NetworkException No = new(NetworkFailure.Rejected, "No.");

    [Fact]
    public async Task What_is_on_its_way_is_not_failed_by_what_was_refused_before_it_in_the_other_chat()
    {
        await using var home = await WithChatsAsync(new ScriptedNetwork { HoldsSends = true });
        var refused = await home.SendAsync("new", "one");
        var first = await home.Network.NextSendAsync();
        var onItsWay = await home.SendAsync("old", "two");
        var second = await home.Network.NextSendAsync();
        var behind = await home.SendAsync("new", "three");

        await home.TellAsync(Merge);
        first.Fail(No);
        await home.UntilSentAsync(refused, SendStatus.Permanent);

        Assert.Equal(SendStatus.Pending, StateOf(home, onItsWay));
        Assert.Equal("previous_failed", Of(home, behind).SendStatus!.Reason);
        second.Accept();
        await home.UntilSentAsync(onItsWay);
        Assert.Equal(["two"], home.Network.Delivered.Select(send => send.Message.Text!.Html));
        Assert.Equal(0, home.Number("SELECT count(*) FROM outbox"));
    }

    [Fact]
    public async Task A_send_that_waits_while_its_chat_becomes_part_of_another_goes_out_once_from_there()
    {
        await using var home = await WithChatsAsync(
            new ScriptedNetwork { SendFailure = new NetworkException(NetworkFailure.Transient, "Not now.") });
        var id = await home.SendAsync("new", "one");
        await home.UntilAsync(db => db.QueryInt64("SELECT attempts FROM outbox") == 1);

        await home.TellAsync(Merge);
        home.Network.SendFailure = null;
        home.Pass(TimeSpan.FromMinutes(1));
        await home.UntilSentAsync(id);

        Assert.Equal("new", Assert.Single(home.Network.Delivered).Chat.Value);
        Assert.Single(home.Network.Attempts.Select(send => send.Transaction).Distinct());
        var message = Assert.Single(home.All("new"), message => $"{message.Id}" == id);
        Assert.Equal("$sent1", message.RemoteId!.Value.Value);
        Assert.Equal(0, home.Number("SELECT count(*) FROM outbox"));
    }

    [Theory]
    [InlineData(true, true)]
    [InlineData(true, false)]
    [InlineData(false, true)]
    public async Task Marks_that_are_on_their_way_meanwhile_go_out_once_more_as_they_are_then(bool inOld, bool inNew)
    {
        await using var home = await WithChatsAsync(new ScriptedNetwork());
        var gate = new TaskCompletionSource();
        var told = Hold(home, gate, inOld && inNew ? 2 : 1);
        if (inOld)
            await PutAsync(home, "old", new ChatChange { IsPinned = true });
        if (inNew)
            await PutAsync(home, "new", new ChatChange { IsLowPriority = false, IsArchived = true });
        await told;

        await home.TellAsync(Merge);
        gate.SetResult();
        await home.UntilAsync(db => db.QueryInt64("SELECT count(*) FROM outbox") == 0);

        var expected = (inOld, inNew) switch
        {
            (true, true) => "marks new pinned not archived",
            (true, false) => "marks new pinned",
            _ => "marks new not archived",
        };
        Assert.Contains(expected, home.Network.Calls);
        Assert.Equal(0, home.Number("SELECT marks_dirty FROM chat"));
    }

    [Theory]
    [InlineData("old")]
    [InlineData("new")]
    public async Task Marks_that_are_refused_meanwhile_go_out_once_more_too(string where)
    {
        await using var home = await WithChatsAsync(new ScriptedNetwork());
        var gate = new TaskCompletionSource();
        var told = Hold(home, gate, 1);
        await PutAsync(home, where, new ChatChange { IsPinned = true });
        await told;

        await home.TellAsync(Merge);
        home.Network.MarksGate = () => Task.CompletedTask;
        gate.SetException(No);
        await home.UntilAsync(db => db.QueryInt64("SELECT count(*) FROM outbox") == 0);

        Assert.Equal(["marks new pinned"], home.Network.Calls);
        Assert.Equal(0, home.Number("SELECT marks_dirty FROM chat"));
    }

    // Completes when so many marks wait at the gate.
    private static Task Hold(TestInstallation home, TaskCompletionSource gate, int count)
    {
        var all = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        home.Network.MarksGate = () =>
        {
            if (Interlocked.Decrement(ref count) == 0)
                all.SetResult();
            return gate.Task;
        };
        return all.Task.WaitAsync(Patience.Longest);
    }

    private static Task<Chat> PutAsync(TestInstallation home, string chat, ChatChange change) =>
        home.Chats.UpdateAsync(home.Owner, home.ChatId(chat), change, CancellationToken.None);

    private static Message Of(TestInstallation home, string id) => home.All("new").Single(message => $"{message.Id}" == id);

    private static string? StateOf(TestInstallation home, string id) => Of(home, id).SendStatus?.State;

    private static async Task<TestInstallation> WithChatsAsync(ScriptedNetwork network)
    {
        var home = await TestInstallation.StartAsync(network);
        await home.TellAsync(Make.ChatIs("old"), Make.Says("ada", "old", "$1"), Make.ChatIs("new"), Make.Says("ada", "new", "$2"));
        return home;
    }
}
