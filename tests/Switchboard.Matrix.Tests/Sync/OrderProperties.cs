using System.Globalization;
using FsCheck;
using FsCheck.Fluent;
using Switchboard.Networks;
using Switchboard.Testing;

namespace Switchboard.Matrix.Tests.Sync;

/// <summary>
/// Answers that overlap, come again, come again from an older token or from the beginning, and say what has no order in another one:
/// the owner's chats, messages and counts are the same (matrix.md §6.1, §6.2).
/// </summary>
public sealed class OrderProperties
{
    private const string Account = "matrix";

    [Fact]
    public void What_has_no_order_may_come_in_any() => SameAs(
        (script, chance) => script.Answers(chance), tests: 12);

    [Fact]
    public void A_token_that_was_lost_lets_answers_come_again() => SameAs((script, chance) =>
    {
        var straight = script.Answers(null);
        var told = new List<string>();
        for (var next = 0; next < straight.Count;)
        {
            told.Add(straight[next++]);
            if (told.Count < 20 && chance.Next(2) == 0)
                next -= chance.Next(next + 1);
        }

        return told;
    }, tests: 12, restarts: true);

    [Fact]
    public void Answers_that_overlap_say_what_they_share_once() => SameAs((script, chance) =>
    {
        var told = new List<string>();
        for (var step = 0; step < Script.Steps; step++)
        {
            // Each begins somewhere in what was told already.
            told.Add(script.Answer(chance.Next(step + 1), step, null));
        }

        return told;
    }, tests: 12);

    [Fact]
    public void Beginning_anew_changes_nothing() => SameAs(
        (script, _) => [.. script.Answers(null), script.Answer(0, Script.Steps - 1, null)], tests: 12, lastIsFirst: true);

    [Fact]
    public void An_old_answer_that_comes_late_brings_back_no_message_no_reaction_and_no_count() => Prop.ForAll(Seeds, seed =>
    {
        var script = new Script(new Random(seed));
        var chance = new Random(seed);
        using var home = new Home();
        script.Answers(null).ForEach(answer => home.Take(answer));
        var before = home.Messages();
        home.Take(script.Answers(null)[chance.Next(Script.Steps)]);
        return Same(before, home.Messages());
    }).Check(Config.QuickThrowOnFailure.WithMaxTest(12));

    private static Arbitrary<int> Seeds => Gen.Choose(0, 1_000_000).ToArbitrary();

    private static void SameAs(Func<Script, Random, List<string>> other, int tests, bool restarts = false, bool lastIsFirst = false) =>
        Prop.ForAll(Seeds, seed =>
        {
            var script = new Script(new Random(seed));
            var chance = new Random(seed);
            using var straight = new Home();
            using var winding = new Home();
            script.Answers(null).ForEach(answer => straight.Take(answer));
            var told = other(script, chance);
            for (var i = 0; i < told.Count; i++)
            {
                winding.Take(told[i], isFirst: lastIsFirst && i == told.Count - 1);
                if (restarts && chance.Next(3) == 0)
                    winding.Restart();
            }

            return Same(straight.Chats(), winding.Chats()) && Same(straight.Messages(), winding.Messages());
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(tests));

    private static bool Same(string expected, string found)
    {
        Assert.Equal(expected, found);
        return true;
    }

    /// <summary>What the connector makes of answers, stored as the server stores it.</summary>
    private sealed class Home : IDisposable
    {
        private readonly SyncWorld world = new(Account);
        private readonly TestInstallation server = Wait(TestInstallation.StartAsync());
        private readonly long login;

        public Home()
        {
            login = server.Number("SELECT min(key) FROM login")!.Value;
            Store(new RemoteEvent.AccountUpserted(Make.Account() with { AccountId = Account, Self = new() { Id = new(SyncWorld.Own) } }));
        }

        public void Take(string answer, bool isFirst = false)
        {
            foreach (var batch in world.Batches(answer, isFirst))
            {
                Store([.. batch.Events]);
            }
        }

        public void Restart() => Store([.. world.Restart()]);

        public string Chats() => Lines(All().Select(chat =>
            $"{chat.RemoteId} {chat.Title} {chat.IsGroup} {chat.Description} {chat.IsReadOnly} pinned {chat.IsPinned} unread {chat.Unread} "
            + $"mentions {chat.UnreadMentions} people {string.Join(',', chat.Participants.Select(person => $"{person.Contact.UserId}={person.Contact.FullName}").Order(StringComparer.Ordinal))}"));

        public string Messages() => Lines(All().Select(chat => $"{chat.RemoteId} unread {chat.Unread} mentions {chat.UnreadMentions}\n" + Lines(
            server.Messages.List(server.Owner, chat.Id, Make.Page(1000)).Items.Where(message => !message.IsHidden).Select(message =>
                $"  {message.RemoteId} {message.SenderId} {message.Text} deleted {message.IsDeleted} unread {message.IsUnread} edited {(message.IsDeleted ? null : message.EditedAt)} "
                + string.Join(',', message.Reactions.Select(reaction => reaction.UserId + reaction.Key).Order(StringComparer.Ordinal))))));

        public void Dispose()
        {
            server.DisposeAsync().AsTask().GetAwaiter().GetResult();
            world.Dispose();
        }

        private IEnumerable<Core.Chats.Chat> All() => server.Chats.List(server.Owner, [Account], Make.Page(100), _ => false).Items
            .Select(listed => server.Chats.Get(server.Owner, listed.Chat!.Id, -1)).OrderBy(chat => chat.RemoteId.Value, StringComparer.Ordinal);

        private void Store(params IReadOnlyList<RemoteEvent> events) =>
            Task.Run(() => server.Ingest.ApplyAsync(login, new RemoteBatch(events, null), CancellationToken.None)).GetAwaiter().GetResult();

        private static string Lines(IEnumerable<string> lines) => string.Join('\n', lines);

        private static T Wait<T>(Task<T> task) => Task.Run(() => task).GetAwaiter().GetResult();
    }

    /// <summary>What happens in some rooms, step by step.</summary>
    private sealed class Script
    {
        public const int Steps = 5;
        private const int Rooms = 3;

        private readonly List<string>[,] messages = new List<string>[Rooms, Steps];
        private readonly List<(string Json, int After)>[,] about = new List<(string, int)>[Rooms, Steps];
        private readonly List<string>[,] state = new List<string>[Rooms, Steps];
        private readonly string?[,] receipts = new string?[Rooms, Steps];

        public Script(Random chance)
        {
            for (var room = 0; room < Rooms; room++)
            {
                for (var (step, number) = (0, 0); step < Steps; step++)
                {
                    number = Fill(room, step, number, chance);
                }
            }
        }

        public List<string> Answers(Random? order) => [.. Enumerable.Range(0, Steps).Select(step => Answer(step, step, order))];

        /// <summary>All that happened in these steps, in the order of the script or in another that means the same.</summary>
        public string Answer(int from, int to, Random? order)
        {
            var rooms = Enumerable.Range(0, Rooms).Select(room => $"\"!r{room}:hs.test\":{Section(room, from, to, order)}").ToArray();
            order?.Shuffle(rooms);
            return $$"""{"next_batch":"s{{to}}","rooms":{"join":{ {{string.Join(',', rooms)}} } } }""";
        }

        private string Section(int room, int from, int to, Random? order)
        {
            var states = Enumerable.Range(from, to - from + 1).SelectMany(step => state[room, step])
                // The newest of a kind.
                .Reverse().DistinctBy(one => one[..one.IndexOf("\"event_id\"", StringComparison.Ordinal)]).Reverse().ToArray();
            order?.Shuffle(states);
            var timeline = Enumerable.Range(from, to - from + 1).SelectMany(step => Timeline(room, step, order)).ToArray();
            var receipt = Enumerable.Range(from, to - from + 1).Select(step => receipts[room, step]).LastOrDefault(one => one is not null);
            var section = Tests.Sync.Answer.Room(states, timeline);
            return receipt is null ? section
                : section[..section.LastIndexOf('}')] + ",\"ephemeral\":{\"events\":[{\"type\":\"m.receipt\",\"content\":" + receipt + "}]} }";
        }

        // Messages keep their order; what is said of them comes anywhere after them, and an end after its beginning.
        private List<string> Timeline(int room, int step, Random? order)
        {
            var told = messages[room, step].ToList();
            var said = about[room, step];
            if (order is null)
                return [.. told, .. said.Select(one => one.Json)];
            var places = new List<(double Place, string Json)>(told.Select((json, i) => ((double)i, json)));
            var earlier = -1.0;
            foreach (var (json, after) in said)
            {
                // A negative target is the remark before.
                var least = after < 0 ? earlier : after;
                earlier = least + ((told.Count + 1 - least) * order.NextDouble());
                places.Add((earlier, json));
            }

            return [.. places.OrderBy(one => one.Place).Select(one => one.Json)];
        }

        private int Fill(int room, int step, int number, Random chance)
        {
            var (fresh, remarks, states) = (new List<string>(), new List<(string, int)>(), new List<string>());
            if (step == 0)
                states.AddRange([Sync.Answer.Create(), Sync.Answer.Member(SyncWorld.Own, name: "Ada"), Sync.Answer.Member("@bob:hs.test", name: "Bob")]);
            if (chance.Next(3) == 0)
                states.Add(Sync.Answer.State("m.room.name", $$"""{"name":"Room {{step}}"}"""));
            if (chance.Next(3) == 0)
                states.Add(Sync.Answer.State("m.room.topic", $$"""{"topic":"topic {{step}}"}"""));
            // Somebody has one name in an account: of several in as many rooms the one that was told last shows.
            if (chance.Next(3) == 0)
                states.Add(Sync.Answer.Member($"@u{chance.Next(3)}:hs.test", name: "U"));
            var first = number;
            for (var count = chance.Next(5); count > 0; count--, number++)
            {
                var sender = chance.Next(4) == 0 ? SyncWorld.Own : "@bob:hs.test";
                var mention = chance.Next(3) == 0 ? $$""","m.mentions":{"user_ids":["{{SyncWorld.Own}}"]}""" : ""","m.mentions":{}""";
                fresh.Add(Sync.Answer.Text(Id(room, number), $"text {number}", sender, at: 5000 + (step * 100), more: mention));
            }

            for (var count = number == 0 ? 0 : chance.Next(5); count > 0; count--)
            {
                Remark(room, step, chance.Next(number), first, remarks, chance);
            }

            (messages[room, step], about[room, step], state[room, step]) = (fresh, remarks, states);
            if (number > 0 && chance.Next(3) == 0)
            {
                var user = chance.Next(2) == 0 ? SyncWorld.Own : "@bob:hs.test";
                receipts[room, step] = $$"""{"{{Id(room, chance.Next(number))}}":{"m.read":{"{{user}}":{"ts":{{6000 + step}} } } } }""";
            }

            return number;
        }

        private static void Remark(int room, int step, int target, int first, List<(string, int)> remarks, Random chance)
        {
            var id = string.Create(CultureInfo.InvariantCulture, $"$x{room}-{step}-{remarks.Count}");
            var after = Math.Max(0, target - first);
            switch (chance.Next(4))
            {
                case 0:
                    remarks.Add((Sync.Answer.Edit(id, Id(room, target), $"edit {id}", at: 7000 + (step * 100) + remarks.Count), after));
                    break;
                case 1:
                    remarks.Add((Sync.Answer.Redaction(id, Id(room, target)), after));
                    break;
                case 2:
                    remarks.Add((Sync.Answer.Reaction(id, Id(room, target), "👍", $"@u{chance.Next(3)}:hs.test"), after));
                    break;
                default:
                    remarks.Add((Sync.Answer.Reaction(id, Id(room, target), "🎉", "@bob:hs.test"), after));
                    remarks.Add((Sync.Answer.Redaction(id + "-end", id), -1));
                    break;
            }
        }

        private static string Id(int room, int number) => $"$m{room}-{number}";
    }
}
