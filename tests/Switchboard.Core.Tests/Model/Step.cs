namespace Switchboard.Core.Tests.Model;

internal enum Verb
{
    Insert,
    Send,
    Backfill,
    OpenGap,
    LoadPast,
    Edit,
    Remove,
    Forget,
    React,
    Unreact,
    Read,
    ReadAll,
    ReadElsewhere,
    MarkUnread,
    SetFlags,
    Rename,
    Page,
    Resume,
    Walk,
    Search,
    SearchChats,
    SetClock,
}

/// <summary>
/// One step of a sequence. The numbers choose among what there is when it is carried out, so a step keeps a meaning when
/// others before it are left out.
/// </summary>
internal sealed record Step(Verb Verb, int Chat, int Target, int Choice, string Words)
{
    /// <summary>A link, which is several words to a search and a kind of media.</summary>
    public const string Link = "https://ada.example/map";

    private static readonly string[] Vocabulary = ["apple", "apply", "app", "banana", "Bän", "ban", "café", "日本語", "🎉", Link];

    private static readonly (Verb Verb, int Weight)[] Weights =
    [
        (Verb.Insert, 12), (Verb.Send, 4), (Verb.Backfill, 3), (Verb.OpenGap, 3), (Verb.LoadPast, 5), (Verb.Edit, 4), (Verb.Remove, 2),
        (Verb.Forget, 3), (Verb.React, 3), (Verb.Unreact, 2), (Verb.Read, 3), (Verb.ReadAll, 1), (Verb.ReadElsewhere, 1), (Verb.MarkUnread, 2), (Verb.SetFlags, 4),
        (Verb.Rename, 1), (Verb.Page, 5), (Verb.Resume, 6), (Verb.Walk, 2), (Verb.Search, 6), (Verb.SearchChats, 4), (Verb.SetClock, 2),
    ];

    public static List<Step> Sequence(int seed, int length)
    {
        var random = new Random(seed);
        return Enumerable.Range(0, length).Select(_ => Next(random)).ToList();
    }

    private static Step Next(Random random)
    {
        var roll = random.Next(Weights.Sum(entry => entry.Weight));
        var verb = Weights.First(entry => (roll -= entry.Weight) < 0).Verb;
        var words = string.Join(' ', random.GetItems(Vocabulary, random.Next(1, 4)));
        return new Step(verb, random.Next(Conversation.Count), random.Next(1000), random.Next(1000), words);
    }
}
