using System.Globalization;

namespace Switchboard.Matrix.Sync;

/// <summary>
/// A place in a room's past that is read again although most of it is known: the homeserver held back what people wrote while they were
/// ignored. Tokens of homeservers stand for themselves.
/// </summary>
/// <param name="Pages">How many pages are left to read.</param>
/// <param name="From">The homeserver's token; <c>null</c> for the room's end.</param>
internal sealed record HistoryToken(int Pages, string? From)
{
    private const int MostPages = 10;
    // No homeserver's token begins like this: they have no spaces.
    private const string Mark = "again ";

    /// <summary>From the room's end on.</summary>
    public static string Again => new HistoryToken(MostPages, null).ToString();

    /// <summary>Reads one; <c>null</c> when it is a homeserver's own.</summary>
    public static HistoryToken? ParseAgain(string token)
    {
        var parts = token.StartsWith(Mark, StringComparison.Ordinal) ? token.Split(' ', 3) : [];
        return parts.Length >= 2 && int.TryParse(parts[1], NumberStyles.None, CultureInfo.InvariantCulture, out var pages)
            ? new(pages, parts.Length == 3 ? parts[2] : null)
            : null;
    }

    /// <summary>What is to be read next; <c>null</c> when that is all.</summary>
    public string? After(string? next) => next is null || Pages <= 1 ? null : new HistoryToken(Pages - 1, next).ToString();

    /// <inheritdoc/>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Mark}{Pages}{(From is null ? "" : " " + From)}");
}
