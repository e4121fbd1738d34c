using Switchboard.Core.Chats;
using Switchboard.Core.Messages;
using Switchboard.Networks;
using Switchboard.Testing;
using Xunit;

namespace Switchboard.Core.Tests.Changes;

public sealed class ChangeLogTests
{
    private static readonly CancellationToken None = CancellationToken.None;

    public static TheoryData<string> Changes => [.. Told.Keys];

    /// <summary>What is done, and what the log says of it: m for the message, n for the new one, c for the chat.</summary>
    private static Dictionary<string, (Func<TestInstallation, Task> Do, string[] Says)> Told { get; } = new()
    {
        ["message"] = (home => home.TellAsync(Make.Says("ada", "c1", "$2")), ["message.upserted n", "chat.upserted c"]),
        ["hidden message"] = (
            home => home.TellAsync(new RemoteEvent.MessageUpserted(Make.Message("c1", "$2", "ada", "x") with { IsHidden = true })),
            ["message.upserted n"]),
        ["edit"] = (home => home.TellAsync(Make.Edits("c1", "$1", "x", Make.Start.AddMinutes(1))), ["message.upserted m"]),
        ["edit with a mention"] = (
            home => home.TellAsync(Make.Edits("c1", "$1", "x", Make.Start.AddMinutes(1), Make.UserId("me"))), ["message.upserted m", "chat.upserted c"]),
        ["deletion for everyone"] = (home => home.TellAsync(Make.Removes("c1", "$1")), ["message.upserted m", "chat.upserted c"]),
        ["deletion for me"] = (
            home => home.Messages.DeleteAsync(home.Owner, home.ChatId("c1"), home.MessageId("$1"), false, None),
            ["message.deleted m", "chat.upserted c"]),
        ["reaction"] = (home => home.TellAsync(Make.Reacts("ada", "c1", "$1", "👍")), ["message.upserted m"]),
        ["own reaction"] = (
            home => home.Messages.ReactAsync(home.Owner, home.ChatId("c1"), home.MessageId("$1"), "👍", null, None), ["message.upserted m"]),
        ["reading"] = (home => home.Chats.MarkReadAsync(home.Owner, home.ChatId("c1"), null, None), ["chat.upserted c"]),
        ["marking unread"] = (home => home.Chats.MarkUnreadAsync(home.Owner, home.ChatId("c1"), null, None), ["chat.upserted c"]),
        ["archiving"] = (home => home.Chats.ArchiveAsync(home.Owner, home.ChatId("c1"), true, None), ["chat.upserted c"]),
        ["bringing back what is not archived"] = (home => home.Chats.ArchiveAsync(home.Owner, home.ChatId("c1"), false, None), []),
        ["several properties at once"] = (
            home => home.Chats.UpdateAsync(
                home.Owner, home.ChatId("c1"),
                new ChatChange { IsMuted = true, IsPinned = true, IsLowPriority = true, Draft = new(new DraftRequest("x", [])) }, None),
            ["chat.upserted c"]),
        ["no property"] = (home => home.Chats.UpdateAsync(home.Owner, home.ChatId("c1"), new ChatChange(), None), []),
        ["dropping a draft that is not there"] = (
            home => home.Chats.UpdateAsync(home.Owner, home.ChatId("c1"), new ChatChange { Draft = new(null) }, None), []),
        ["reminder"] = (
            home => home.Chats.SetReminderAsync(home.Owner, home.ChatId("c1"), new Reminder(Make.Start.AddDays(9), true), None), ["chat.upserted c"]),
        ["no reminder where there is none"] = (home => home.Chats.SetReminderAsync(home.Owner, home.ChatId("c1"), null, None), []),
        ["title"] = (home => home.TellAsync(new RemoteEvent.ChatUpserted(Make.Chat("c1") with { Title = "Garden" })), ["chat.upserted c"]),
        ["same chat"] = (home => home.TellAsync(Make.ChatIs("c1")), []),
        ["chat removed"] = (home => home.TellAsync(new RemoteEvent.ChatRemoved(new RemoteChatId("c1"))), ["chat.deleted c"]),
        ["attention"] = (
            home => home.TellAsync(new RemoteEvent.AttentionRequested(new RemoteChatId("c1"), new RemoteMessageId("$1"))), ["message.upserted m"]),
    };

    [Theory]
    [MemberData(nameof(Changes))]
    public async Task A_change_is_in_the_log_exactly_once(string name)
    {
        await using var home = await TestInstallation.StartAsync();
        await home.TellAsync(Make.ChatIs("c1"), Make.Says("ada", "c1", "$1"));
        var (message, chat, log) = (home.MessageId("$1"), home.ChatId("c1"), home.LogEnd);
        await Told[name].Do(home);
        var next = home.Number("SELECT value FROM counter WHERE name = 'message'");
        Assert.Equal(
            Told[name].Says.Select(said => said.Split(' ') switch
            {
                [var kind, "m"] => $"{kind} [\"{message}\"]",
                [var kind, "n"] => $"{kind} [\"{next}\"]",
                [var kind, _] => $"{kind} [\"{chat}\"]",
                _ => said,
            }),
            home.LogAfter(log));
    }

    [Fact]
    public async Task A_send_is_in_the_log_with_each_of_its_states()
    {
        await using var home = await TestInstallation.StartAsync(new ScriptedNetwork { HoldsSends = true });
        await home.TellAsync(Make.ChatIs("c1"));
        var log = home.LogEnd;
        var (chat, id) = (home.ChatId("c1"), await home.SendAsync("c1", "one"));
        (await home.Network.NextSendAsync()).Accept();
        await home.UntilSentAsync(id);
        var failed = await home.SendAsync("c1", "two");
        (await home.Network.NextSendAsync()).Fail(new NetworkException(NetworkFailure.Rejected, "No."));
        await home.UntilSentAsync(failed, SendStatus.Permanent);
        Assert.Equal(
            [
                $"message.upserted [\"{id}\"] PENDING", $"chat.upserted [\"{chat}\"]", $"message.upserted [\"{id}\"] SUCCESS",
                $"message.upserted [\"{failed}\"] PENDING", $"chat.upserted [\"{chat}\"]", $"message.upserted [\"{failed}\"] FAIL_PERMANENT",
            ],
            home.LogAfter(log));
    }

    [Fact]
    public async Task A_change_that_is_refused_is_in_no_log()
    {
        await using var home = await TestInstallation.StartAsync();
        await home.TellAsync(new RemoteEvent.ChatUpserted(Make.Chat("c1") with { IsReadOnly = true }), Make.Says("ada", "c1", "$1"));
        var log = home.LogEnd;
        await Assert.ThrowsAsync<RefusedException>(() => home.SendAsync("c1", "one"));
        home.Network.CallFailure = new NetworkException(NetworkFailure.Rejected, "No.");
        await Assert.ThrowsAsync<NetworkException>(() =>
            home.Messages.ReactAsync(home.Owner, home.ChatId("c1"), home.MessageId("$1"), "👍", "t", None));
        await Assert.ThrowsAsync<NetworkException>(() => home.Chats.UpdateAsync(
            home.Owner, home.ChatId("c1"), new ChatChange { Title = new("x"), IsPinned = true }, None));
        Assert.Equal([], home.LogAfter(log));
        Assert.False(home.Chat("c1").IsPinned);
    }
}
