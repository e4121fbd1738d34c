using Switchboard.Networks;

namespace Switchboard.Bench.World;

/// <summary>The people and chats of a world: the same from the same scale.</summary>
internal sealed class Town
{
    private const int LargestGroup = 2_000;
    private readonly double[] weights;

    /// <summary>Lays out the chats of a world over the accounts.</summary>
    public Town(Scale scale, Vocabulary words, IReadOnlyList<string> accounts, DateTimeOffset founded)
    {
        var dice = new Dice(7);
        var people = Enumerable.Range(0, scale.People).Select(i => Person(dice, words, i)).ToList();
        Chats = [.. Enumerable.Range(0, scale.Chats).Select(i => Chat(dice, words, i, people, accounts, founded))];
        weights = new double[scale.Chats];
        var sum = 0.0;
        for (var i = 0; i < weights.Length; i++)
        {
            sum += Math.Pow(i + 10, -0.9);
            weights[i] = sum;
        }
    }

    /// <summary>All chats, the busiest first.</summary>
    public IReadOnlyList<RemoteChat> Chats { get; }

    /// <summary>A chat in which something happens: few hold most of it, and many hold a little.</summary>
    public int Busy(Dice dice)
    {
        var found = Array.BinarySearch(weights, dice.Fraction() * weights[^1]);
        return Math.Min(found < 0 ? ~found : found, weights.Length - 1);
    }

    private static RemoteUser Person(Dice dice, Vocabulary words, int number)
    {
        var first = words.ByRank(200 + dice.Below(2_000));
        return new RemoteUser
        {
            Id = new UserId($"@p{number}:people.example"),
            Username = $"p{number}",
            FullName = $"{first} {words.ByRank(3_000 + dice.Below(20_000))}",
            PhoneNumber = dice.Chance(0.5) ? $"+4915{dice.Below(100_000_000):D8}" : null,
        };
    }

    private static RemoteChat Chat(
        Dice dice, Vocabulary words, int number, List<RemoteUser> people, IReadOnlyList<string> accounts, DateTimeOffset founded)
    {
        var isGroup = dice.Chance(0.4);
        var account = accounts[dice.Below(accounts.Count)];
        var others = isGroup ? GroupSize(dice, number, people.Count) : 1;
        var start = dice.Below(people.Count);
        var self = new RemoteParticipant(new RemoteUser { Id = SelfOf(account) });
        return new RemoteChat
        {
            Id = new RemoteChatId($"room-{number}"),
            AccountId = account,
            IsGroup = isGroup,
            Title = isGroup ? words.Sentence(dice, 1 + dice.Below(4)) : null,
            Description = isGroup && dice.Chance(0.3) ? words.Sentence(dice, 8) : null,
            // Neighbours in a ring, so that everybody is in several chats.
            Participants = [.. Enumerable.Range(0, others).Select(i => new RemoteParticipant(people[(start + i) % people.Count], i == 0 && isGroup)), self],
            Capabilities = Abilities.Of(isGroup),
            CreatedAt = founded,
        };
    }

    /// <summary>The id of an account's owner, as the local network forms it.</summary>
    public static UserId SelfOf(string account) => new($"@{account["local_".Length..]}:switchboard.localhost");

    // Most groups are families, some are clubs, a few are as large as they can be.
    private static int GroupSize(Dice dice, int number, int people) => Math.Min(people - 1, number % 1_000 == 17
        ? LargestGroup - 1
        : (int)(2 + (3 / Math.Pow(1 - dice.Fraction(), 1.1)))) is var size && size > LargestGroup - 1 ? LargestGroup - 1 : size;
}
