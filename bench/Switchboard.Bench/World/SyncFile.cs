using System.Globalization;
using System.Text.Json;

namespace Switchboard.Bench.World;

/// <summary>A made-up first sync answer: many rooms, each with its state and a long timeline.</summary>
internal static class SyncFile
{
    /// <summary>Rooms in it.</summary>
    public const int Rooms = 1_000;

    /// <summary>Messages in each room.</summary>
    public const int MessagesInEach = 100;

    /// <summary>A word of the very last message, and of no other.</summary>
    public const string LastWord = "zzlastofall";

    private const int PeopleInEach = 5;
    private const long Begin = 1_750_000_000_000;

    /// <summary>Writes it, the same every time.</summary>
    public static void Write(string path, string userId)
    {
        using var file = File.Create(path);
        using var json = new Utf8JsonWriter(file);
        var (words, dice) = (new Vocabulary(7), new Dice(7));
        json.WriteStartObject();
        json.WriteString("next_batch", "s1");
        json.WriteStartObject("rooms");
        json.WriteStartObject("join");
        for (var room = 0; room < Rooms; room++)
        {
            WriteRoom(json, room, userId, words, dice);
        }

        json.WriteEndObject();
        json.WriteEndObject();
        json.WriteEndObject();
    }

    private static void WriteRoom(Utf8JsonWriter json, int room, string userId, Vocabulary words, Dice dice)
    {
        json.WriteStartObject(Text($"!room{room}:bench.test"));
        json.WriteStartObject("summary");
        json.WriteNumber("m.joined_member_count", PeopleInEach + 1);
        json.WriteStartArray("m.heroes");
        for (var person = 0; person < PeopleInEach; person++)
        {
            json.WriteStringValue(Person(room, person));
        }

        json.WriteEndArray();
        json.WriteEndObject();
        json.WriteStartObject("state");
        json.WriteStartArray("events");
        WriteState(json, room, userId, words, dice);
        json.WriteEndArray();
        json.WriteEndObject();
        json.WriteStartObject("timeline");
        json.WriteBoolean("limited", true);
        json.WriteString("prev_batch", Text($"p{room}"));
        json.WriteStartArray("events");
        for (var i = 0; i < MessagesInEach; i++)
        {
            WriteMessage(json, room, i, words, dice);
        }

        json.WriteEndArray();
        json.WriteEndObject();
        json.WriteEndObject();
    }

    private static void WriteState(Utf8JsonWriter json, int room, string userId, Vocabulary words, Dice dice)
    {
        var number = 0;
        Event("m.room.create", "", Person(room, 0), () => json.WriteString("room_version", "11"));
        Event("m.room.power_levels", "", Person(room, 0), () =>
        {
            json.WriteStartObject("users");
            json.WriteNumber(Person(room, 0), 100);
            json.WriteEndObject();
        });
        Event("m.room.name", "", Person(room, 0), () => json.WriteString("name", Text($"Room {room} {words.Sentence(dice, 2)}")));
        Event("m.room.member", userId, userId, () => Member("Reader"));
        for (var person = 0; person < PeopleInEach; person++)
        {
            Event("m.room.member", Person(room, person), Person(room, person), () => Member(Text($"Person {person} of {room}")));
        }

        void Member(string name)
        {
            json.WriteString("membership", "join");
            json.WriteString("displayname", name);
        }

        void Event(string type, string key, string sender, Action content)
        {
            json.WriteStartObject();
            json.WriteString("type", type);
            json.WriteString("state_key", key);
            json.WriteString("sender", sender);
            json.WriteString("event_id", Text($"$state{room}x{number++}"));
            json.WriteNumber("origin_server_ts", Begin);
            json.WriteStartObject("content");
            content();
            json.WriteEndObject();
            json.WriteEndObject();
        }
    }

    private static void WriteMessage(Utf8JsonWriter json, int room, int i, Vocabulary words, Dice dice)
    {
        var body = words.Sentence(dice, 1 + dice.Rank(30));
        if (room == Rooms - 1 && i == MessagesInEach - 1)
            body += " " + LastWord;
        json.WriteStartObject();
        json.WriteString("type", "m.room.message");
        json.WriteString("sender", Person(room, dice.Below(PeopleInEach)));
        json.WriteString("event_id", Text($"$message{room}x{i}"));
        json.WriteNumber("origin_server_ts", Begin + (((i * Rooms) + room) * 1_000L));
        json.WriteStartObject("content");
        json.WriteString("msgtype", "m.text");
        json.WriteString("body", body);
        json.WriteStartObject("m.mentions");
        json.WriteEndObject();
        json.WriteEndObject();
        json.WriteStartObject("unsigned");
        json.WriteNumber("age", 1_000);
        json.WriteEndObject();
        json.WriteEndObject();
    }

    private static string Person(int room, int person) => Text($"@p{((room * 7) + person) % 2_000}:bench.test");

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
