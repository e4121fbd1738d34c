using FsCheck;
using FsCheck.Fluent;
using Switchboard.Networks;

namespace Switchboard.Matrix.Tests.Sync;

/// <summary>Answers that come twice, or again after a crash, do no harm: the same is told, and the same is kept.</summary>
public sealed class ReplayProperties
{
    [Fact]
    public void An_answer_that_comes_again_tells_the_same_of_messages() => Prop.ForAll(Answers.ToArbitrary(), answers =>
    {
        using var world = new SyncWorld();
        return answers.All(answer =>
        {
            var first = OfMessages(world.Take(answer));
            return OfMessages(world.Take(answer)).SequenceEqual(first);
        });
    }).Check(Config.QuickThrowOnFailure.WithMaxTest(25));

    [Fact]
    public void Answers_that_come_again_after_a_restart_lead_to_the_same_chat() => Prop.ForAll(Answers.ToArbitrary(), answers =>
    {
        using var straight = new SyncWorld();
        using var stumbling = new SyncWorld();
        foreach (var answer in answers)
        {
            straight.Take(answer);
            stumbling.Take(answer);
            stumbling.Restart();
            stumbling.Take(answer);
        }

        return Described(straight) == Described(stumbling);
    }).Check(Config.QuickThrowOnFailure.WithMaxTest(15));

    [Fact]
    public void Whatever_was_told_last_is_what_is_kept() => Prop.ForAll(Answers.ToArbitrary(), answers =>
    {
        using var world = new SyncWorld();
        var last = answers.SelectMany(answer => world.Take(answer)).OfType<RemoteEvent.ChatUpserted>().Last().Chat;
        return Text(last with { Marks = null }) == Described(world);
    }).Check(Config.QuickThrowOnFailure.WithMaxTest(25));

    private static Gen<List<string>> Answers =>
        from events in Gen.ListOf(Step, 10)
        select new[] { Answer.Room([Answer.Create(), Answer.Member(SyncWorld.Own, name: "Ada")]) }
            .Concat(events).Select(room => Answer.Joined(SyncWorld.Room, room)).ToList();

    private static Gen<string> Step =>
        from kind in Gen.Choose(0, 7)
        from a in Gen.Choose(1, 4)
        from b in Gen.Choose(1, 4)
        let user = $"@u{a}:hs.test"
        select kind switch
        {
            0 => Answer.Timeline(Answer.Text($"$m{b}", $"text {b}", user)),
            1 => Answer.Timeline(Answer.Edit($"$e{a}", $"$m{b}", $"edit {a}", at: 6000 + a)),
            2 => Answer.Timeline(Answer.Reaction($"$r{a}", $"$m{b}", "👍", user)),
            3 => Answer.Timeline(Answer.Redaction($"$x{a}", $"$r{b}")),
            4 => Answer.Timeline(Answer.Member(user, b < 3 ? "join" : "leave", $"U{b}")),
            5 => Answer.Room([Answer.State("m.room.name", $$"""{"name":"N{{b}}"}""")]),
            6 => $$"""{"summary":{"m.joined_member_count":{{a}},"m.heroes":["@u{{b}}:hs.test"]} }""",
            _ => Answer.Timeline(Answer.Text($"$m{b}", "same", user), Answer.Text($"$m{b}", "same", user)),
        };

    private static List<string> OfMessages(IEnumerable<RemoteEvent> events) =>
    [
        .. events.Where(told => told is not (RemoteEvent.ChatUpserted or RemoteEvent.ChatMarksChanged)).Select(told => told switch
        {
            RemoteEvent.MessageUpserted(var message) => $"{message.Id} {message.Text?.Html} {message.Sender.Id}",
            RemoteEvent.MessageEdited(_, var id, var text, _, _) => $"{id} {text.Html}",
            _ => told.ToString(),
        }),
    ];

    private static string Described(SyncWorld world) => Text(world.Store.Room(SyncWorld.Room)!.ToChat());

    private static string Text(RemoteChat chat) =>
        $"{chat.Title}|{chat.IsGroup}|{chat.ParticipantTotal}|{string.Join(',', chat.Participants.Select(person => $"{person.User.Id}={person.User.FullName}"))}";
}
