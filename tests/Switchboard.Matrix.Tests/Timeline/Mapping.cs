using System.Text.Json;
using Switchboard.Matrix.Tests.Sync;
using Switchboard.Matrix.Timeline;
using Switchboard.Networks;

namespace Switchboard.Matrix.Tests.Timeline;

/// <summary>What single events mean.</summary>
internal static class Mapping
{
    public static readonly TimelineContext Context = new()
    {
        Room = "!room:hs.test",
        OwnUserId = "@ada:hs.test",
        Now = new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero),
        IsMe = user => user is "@ada:hs.test" or "@whatsapp_me:hs.test",
        User = user => new RemoteUser { Id = new(user), FullName = user == "@bob:hs.test" ? "Bob" : null },
        BridgeBot = "@whatsappbot:hs.test",
    };

    public static Mapped? Of(string json, TimelineContext? context = null)
    {
        using var document = JsonDocument.Parse(json, new JsonDocumentOptions { MaxDepth = 10_000 });
        return MatrixEvent.Read(document.RootElement) is { } source ? TimelineMapper.Map(source, context ?? Context) : null;
    }

    /// <summary>The message that an <c>m.room.message</c> of that content is.</summary>
    public static RemoteMessage Message(string content, string more = "", TimelineContext? context = null, string type = "m.room.message",
        string sender = "@bob:hs.test") =>
        Assert.IsType<Mapped.Message>(Of(Answer.Message("$1", content, sender, type: type, more: more), context)).Content;
}
