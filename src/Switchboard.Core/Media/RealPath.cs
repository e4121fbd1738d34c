namespace Switchboard.Core.Media;

/// <summary>Where a path leads in truth.</summary>
internal static class RealPath
{
    private const int LongestPath = 4096;
    private const int MostLinks = 40;

    private static readonly char[] Separators = [Path.DirectorySeparatorChar, Path.AltDirectorySeparatorChar];

    /// <summary>
    /// The path with every link and every <c>..</c> followed in the order the operating system follows them (a <c>..</c>
    /// after a link leaves the link's target, which <see cref="Path.GetFullPath(string)"/> does not know), or <c>null</c>
    /// if it is not absolute, runs in circles, or goes where this process may not look. The last step need not exist.
    /// </summary>
    public static string? Of(string path)
    {
        if (path.Length > LongestPath || path.Contains('\0') || !Path.IsPathFullyQualified(path))
            return null;
        try
        {
            return Follow(path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    private static string? Follow(string path)
    {
        var reached = Path.GetPathRoot(path)!;
        var ahead = new Stack<string>();
        PushSteps(ahead, path);
        for (var links = 0; ahead.TryPop(out var step);)
        {
            if (step == ".")
                continue;
            if (step == "..")
            {
                reached = Path.GetDirectoryName(reached) ?? reached;
                continue;
            }

            var next = Path.Combine(reached, step);
            if (new FileInfo(next).LinkTarget is not { } target)
            {
                reached = next;
                continue;
            }

            if (++links > MostLinks)
                return null;
            if (Path.IsPathFullyQualified(target))
                reached = Path.GetPathRoot(target)!;
            PushSteps(ahead, target);
        }

        return reached;
    }

    private static void PushSteps(Stack<string> ahead, string path)
    {
        var rest = path[Path.GetPathRoot(path)!.Length..];
        foreach (var step in rest.Split(Separators, StringSplitOptions.RemoveEmptyEntries).Reverse())
            ahead.Push(step);
    }
}
