namespace Switchboard.Bench.World;

/// <summary>How big a world is.</summary>
/// <param name="Name">As it stands in the table of figures.</param>
/// <param name="Messages">Messages in all chats together.</param>
/// <param name="Chats">Chats on all accounts together.</param>
/// <param name="People">People on all accounts together.</param>
internal sealed record Scale(string Name, int Messages, int Chats, int People)
{
    /// <summary>A heavy user after years.</summary>
    public static Scale Large { get; } = new("1M", 1_000_000, 5_000, 20_000);

    /// <summary>A tenth of it.</summary>
    public static Scale Small { get; } = new("100k", 100_000, 500, 2_000);
}
