namespace Switchboard.Core.Text;

/// <summary>Which words of a query also match as the beginning of a longer word.</summary>
public enum SearchPrefix
{
    /// <summary>The last word: what message search does (open-questions.md §23).</summary>
    LastWord,

    /// <summary>Every word: what chat search does.</summary>
    EveryWord,
}
