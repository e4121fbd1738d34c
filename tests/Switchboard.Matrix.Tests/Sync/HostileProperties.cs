using System.Text;
using System.Text.Json.Nodes;
using FsCheck;
using FsCheck.Fluent;
using Switchboard.Matrix.Tests.Timeline;
using Switchboard.Networks;

namespace Switchboard.Matrix.Tests.Sync;

/// <summary>What a stranger writes may have any shape: nothing of it stops what everybody else is told.</summary>
public sealed class HostileProperties
{
    private static readonly string[] Seeds =
    [
        Answer.Text("$1", "hello"),
        Answer.Edit("$e", "$1", "new"),
        Answer.Reaction("$r", "$1", "👍"),
        Answer.Redaction("$x", "$r"),
        Answer.Member("@bob:hs.test", name: "Bob"),
        Answer.Create(content: """{"room_version":"12","predecessor":{"room_id":"!p:y"},"additional_creators":["@a:b"]}"""),
        Answer.State("m.room.name", """{"name":"N"}"""),
        Answer.State("m.room.power_levels", """{"users":{"@ada:hs.test":100},"events":{"m.room.message":1},"notifications":{"room":5}}"""),
        Answer.State("m.room.tombstone", """{"replacement_room":"!n:y"}"""),
        Answer.State("m.space.child", """{"via":["a"]}""", key: "!c:y"),
        Answer.State("io.element.functional_members", """{"service_members":["@b:c"]}"""),
        Answer.State("com.beeper.disappearing_timer", """{"type":"after_send","timer":1000}"""),
        Answer.State("com.beeper.room_features", """{"formatting":{"bold":2},"file":{"m.image":{"mime_types":{"*/*":2}}},"state":{"m.room.name":{"level":2}}}""", "@whatsappbot:hs.test", "hs.test/whatsapp"),
        Answer.Bridge(Answer.BridgeInfo("42", "me", "dm"))[0],
        Answer.Message("$i", """{"msgtype":"m.image","body":"a","filename":"b","url":"mxc://h/i","info":{"w":1,"h":2,"size":3,"mimetype":"image/png","thumbnail_url":"mxc://h/t"}}"""),
        Answer.Message("$g", """{"msgtype":"com.beeper.gallery","com.beeper.gallery.images":[{"body":"x","url":"mxc://h/1"}]}"""),
        Answer.Message("$p", """{"org.matrix.msc3381.poll.start":{"question":{"org.matrix.msc1767.text":"Q"},"answers":[{"org.matrix.msc1767.text":"A"}]}}""", type: "org.matrix.msc3381.poll.start"),
        Answer.Message("$l", """{"body":"x","m.mentions":{"user_ids":["@a:b"],"room":true},"com.beeper.linkpreviews":[{"og:url":"https://a.b","og:title":"T"}],"com.beeper.per_message_profile":{"displayname":"E","has_fallback":true}}""", more: ""","unsigned":{"transaction_id":"t","m.relations":{"m.replace":{"event_id":"$q","type":"m.room.message","sender":"@bob:hs.test","content":{"m.new_content":{"body":"z"}}}}}"""),
        Answer.Message("$s", """{"status":"SUCCESS","m.relates_to":{"rel_type":"m.reference","event_id":"$1"},"delivered_to_users":["@a:b"]}""", "@whatsappbot:hs.test", type: "com.beeper.message_send_status"),
        Answer.Message("$b", """{"msgtype":"m.notice","body":"x","fi.mau.bridge_state":{"state_event":"CONNECTED","remote_profile":{"name":"N"}}}""", "@whatsappbot:hs.test"),
    ];

    // Values that have surprised readers of JSON before.
    internal static readonly string[] Odd =
    [
        "null", "true", "0", "-1", "1e308", "1e-308", "9223372036854775807", "9223372036854775808", "-9223372036854775809", "1.5", "\"\"", "\"x\"",
        "\"\\ud800\"", "\"\\u0000\"", "[]", "{}", "[[]]", "{\"\":{}}", "{\"\\ud800\":1}", "\"mxc://../..\"", "\"$1\"", "\"!x:y\"", "\"@x:y\"",
        "\"<mx-reply>\"", "\"> <@a:b> x\"", "\"" + new string('a', 70_000) + "\"", string.Concat(Enumerable.Repeat("[", 200)) + string.Concat(Enumerable.Repeat("]", 200)),
        "{\"event_id\":\"$1\",\"rel_type\":\"m.replace\"}", "[null,1,\"x\",{}]",
    ];

    [Fact]
    public void Any_value_in_any_place_of_any_event_maps_to_something_or_nothing() =>
        Prop.ForAll(Mutants.ToArbitrary(), mutant =>
        {
            Mapping.Of(mutant, Mapping.Context with { IsKnownBot = _ => true, IsServerNotice = true });
            return true;
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(4000));

    [Fact]
    public void Sync_goes_on_whatever_the_events_in_it_are()
    {
        using var world = new SyncWorld();
        var number = 0;
        Prop.ForAll(Mutants.ListOf(12).ToArbitrary(), events =>
        {
            var good = $"$good{number++}";
            var told = world.Take(Answer.Joined("!h:y", Answer.Room(events.Take(4), [.. events.Skip(4), Answer.Text(good, "still here")])));
            return told.OfType<RemoteEvent.MessageUpserted>().Any(message => message.Message.Id.Value == good) || IsNoChat(world);
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(300));
    }

    [Fact]
    public void Sync_goes_on_whatever_the_sections_of_the_answer_are() =>
        Prop.ForAll(SectionMutants.ToArbitrary(), answer =>
        {
            using var world = new SyncWorld();
            var batches = world.Batches(answer);
            return batches[^1].Cursor == "s1";
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(60));

    [Fact]
    public void Half_a_character_in_a_name_keeps_nothing_from_being_read()
    {
        using var world = new SyncWorld();
        var odd = Answer.Text("$1", "odd").Replace("{\"type\"", "{\"\\ud800x\":1,\"type\"", StringComparison.Ordinal);
        var name = Answer.State("m.room.name", """{"name":"N"}""").Replace("{\"type\"", "{\"\\udc00\":1,\"state\\u005fkey\":\"\",\"type\"", StringComparison.Ordinal);

        var told = world.TakeRoom(Answer.Room([Answer.Create()], odd, name, Answer.Text("$2", "plain")));

        Assert.Equal(["$1", "$2"], told.OfType<RemoteEvent.MessageUpserted>().Where(one => !one.Message.IsHidden).Select(one => one.Message.Id.Value));
        Assert.Equal("N", world.Store.Room(SyncWorld.Room)!.Name);
    }

    [Fact]
    public void Nesting_without_end_is_passed_over()
    {
        using var world = new SyncWorld();
        var deep = string.Concat(Enumerable.Repeat("{\"a\":", 50_000)) + "1" + new string('}', 50_000);

        var told = world.TakeRoom(Answer.Room([Answer.State("m.room.name", deep)], Answer.Message("$d", deep), Answer.Text("$1", "still here")));

        Assert.Contains(told, one => one is RemoteEvent.MessageUpserted { Message.Id.Value: "$1" });
        Assert.Single(world.TakeRoom(Answer.Timeline(Answer.Text("$2", "and after"))).OfType<RemoteEvent.MessageUpserted>());
    }

    [Fact]
    public void An_event_larger_than_can_be_is_passed_over()
    {
        using var world = new SyncWorld();

        Assert.Equal(["$1"], world.TakeRoom(Answer.Timeline(Answer.Text("$0", new string('x', 600_000)), Answer.Text("$1", "x")))
            .OfType<RemoteEvent.MessageUpserted>().Select(told => told.Message.Id.Value));
    }

    private static bool IsNoChat(SyncWorld world) => world.Store.Room("!h:y") is { } && world.Store.Read(db =>
        Switchboard.Matrix.Sync.RoomState.Load(db, "!h:y", world.Store)!.IsChatRoom) is false;

    /// <summary>Events with one to three places replaced by odd values, or taken out.</summary>
    internal static Gen<string> Mutants =>
        from seed in Gen.Elements(Seeds)
        from count in Gen.Choose(1, 3)
        from places in Gen.Choose(0, 1000).ListOf(count)
        from values in Gen.Elements(Odd).ListOf(count)
        from half in Gen.Choose(0, 9)
        from at in Gen.Choose(0, 1000)
        select half == 0 ? WithHalfAName(Mutate(seed, places, values), at) : Mutate(seed, places, values);

    /// <summary>Answers like this one with places replaced, half a character as a member's name, cut off, or something else altogether.</summary>
    internal static Gen<string> Like(string answer) =>
        from kind in Gen.Choose(0, 11)
        from count in Gen.Choose(0, 2)
        from places in Gen.Choose(0, 1000).ListOf(count)
        from values in Gen.Elements(Odd).ListOf(count)
        from at in Gen.Choose(0, 1000)
        from whole in Gen.Elements(Odd)
        select kind switch
        {
            0 => whole,
            1 => answer[..(at % answer.Length)],
            2 or 3 or 4 => WithHalfAName(Mutate(answer, places, values), at),
            _ => Mutate(answer, places, values),
        };

    private static string WithHalfAName(string json, int at)
    {
        var objects = Enumerable.Range(0, json.Length).Where(i => json[i] == '{').ToList();
        if (objects.Count == 0)
            return json;
        var place = objects[at % objects.Count] + 1;
        return json[..place] + "\"\\ud800half\":1" + (json[place..].TrimStart().StartsWith('}') ? "" : ",") + json[place..];
    }

    private static Gen<string> SectionMutants =>
        from place in Gen.Choose(1, 1000)
        from value in Gen.Elements(Odd)
        select Mutate(
            $$"""{"next_batch":"s1","account_data":{"events":[{"type":"m.direct","content":{"@a:b":["!r:y"]} }]},"rooms":{"join":{"!r:y":{"summary":{"m.heroes":["@a:b"],"m.joined_member_count":2},"state":{"events":[{{Answer.Create()}}]},"timeline":{"limited":true,"prev_batch":"p","events":[{{Answer.Text("$1", "x")}}]},"account_data":{"events":[{"type":"m.tag","content":{"tags":{} } }]},"ephemeral":{"events":[{"type":"m.receipt","content":{"$1":{"m.read":{"@a:b":{"ts":1} } } } }]} } },"invite":{"!i:y":{"invite_state":{"events":[{{Answer.Member("@a:b")}}]} } },"leave":{"!l:y":{} } } }""",
            [place], [value], keep: "next_batch");

    internal static string Mutate(string seed, IReadOnlyList<int> places, IReadOnlyList<string> values, string? keep = null)
    {
        // Odd values are spliced in as text: some of them no writer of JSON would write.
        var root = JsonNode.Parse(seed)!;
        var text = new List<string>();
        foreach (var (place, value) in places.Zip(values))
        {
            var all = Places(root).Where(one => one.Name != keep).ToList();
            if (all.Count == 0)
                break;
            var (parent, name, index) = all[place % all.Count];
            var mark = $"§{text.Count}§";
            text.Add(value);
            if (parent is JsonObject container)
                container[name!] = mark;
            else
                ((JsonArray)parent)[index] = mark;
        }

        var json = new StringBuilder(root.ToJsonString(new() { Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping }));
        for (var i = 0; i < text.Count; i++)
        {
            json.Replace($"\"§{i}§\"", text[i]);
        }

        return json.ToString();
    }

    private static IEnumerable<(JsonNode Parent, string? Name, int Index)> Places(JsonNode node) => node switch
    {
        JsonObject container => container.ToList().SelectMany(entry =>
            new[] { (Parent: (JsonNode)container, Name: (string?)entry.Key, Index: 0) }.Concat(entry.Value is null ? [] : Places(entry.Value))),
        JsonArray array => array.ToList().SelectMany((item, index) =>
            new[] { (Parent: (JsonNode)array, Name: (string?)null, Index: index) }.Concat(item is null ? [] : Places(item))),
        _ => [],
    };
}
