namespace Switchboard.Matrix.Store;

/// <summary>Keys of reactions (matrix.md §3.5).</summary>
internal static class ReactionKeys
{
    /// <summary>A key as it is compared: without variation selector 16, which some clients add and others do not.</summary>
    public static string Plain(string key) => key.Replace("\uFE0F", "", StringComparison.Ordinal);
}
