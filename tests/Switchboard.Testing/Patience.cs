namespace Switchboard.Testing;

/// <summary>How long tests wait for what must happen. Reached only by a test that fails.</summary>
public static class Patience
{
    /// <summary>Far longer than anything takes.</summary>
    public static TimeSpan Longest { get; } = TimeSpan.FromSeconds(30);
}
