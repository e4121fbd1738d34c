using Switchboard.Wire;
using Xunit;

namespace Switchboard.Server.Tests.Wire;

public sealed class FrameGoldenTests
{
    [Fact]
    public void Set_subscriptions() => Golden.Matches(
        "ws-set-subscriptions", new SetSubscriptionsMessage { ChatIds = ["*"], RequestId = "r1" });

    [Fact]
    public void Ready() => Golden.Matches("ws-ready", new WSReadyMessage { ChatIds = [] });

    [Fact]
    public void Subscriptions_updated() => Golden.Matches(
        "ws-subscriptions-updated", new WSSubscriptionsUpdatedMessage { ChatIds = ["!a:b", "10313"], RequestId = "r1" });

    [Fact]
    public void Error() => Golden.Matches(
        "ws-error", new WSErrorMessage { RequestId = "r1", Code = WSErrorCode.InvalidPayload, Message = "Not JSON." });

    [Fact]
    public void Domain_event_with_entries() => Golden.Matches("ws-message-upserted", new WSDomainEventMessage
    {
        Type = DomainEventType.MessageUpserted,
        Seq = 12,
        Ts = Samples.Time,
        ChatId = Samples.MinimalMessage.ChatId,
        Ids = [Samples.MinimalMessage.Id],
        Entries = [Samples.MinimalMessage],
    });

    [Fact]
    public void Domain_event_without_entries() => Golden.Matches("ws-chat-deleted", new WSDomainEventMessage
    {
        Type = DomainEventType.ChatDeleted,
        Seq = 13,
        Ts = Samples.Time,
        ChatId = "!a:b",
        Ids = ["!a:b"],
    });
}
