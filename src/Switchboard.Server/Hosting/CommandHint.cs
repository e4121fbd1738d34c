namespace Switchboard.Server.Hosting;

/// <summary>Commands as the person who reads them can type them: by the name this program was started by, on the folder it is about.</summary>
internal static class CommandHint
{
    private const string Name = "switchboard";

    // The script in a clone tells how it was called; the built program knows only where it is itself.
    private static readonly string Program = Quoted(
        Environment.GetEnvironmentVariable("SWITCHBOARD_COMMAND") is { Length: > 0 } called
            ? called
            : NameOf(Environment.ProcessPath, Environment.GetEnvironmentVariable("PATH")));

    /// <summary>A command on a data folder.</summary>
    /// <param name="words">Without the program, such as <c>token list</c>.</param>
    /// <param name="folder">Path of the folder; <c>null</c> where it does not matter.</param>
    public static string Of(string words, string? folder = null) =>
        folder is null || Path.GetFullPath(folder) == Path.GetFullPath(DataFolder.DefaultPath)
            ? $"{Program} {words}"
            : $"{Program} {words} --data-dir {Quoted(Path.GetFullPath(folder))}";

    /// <summary>A command as clients are told of it, who need not know where on this machine the program is.</summary>
    public static string ForClients(string words) => $"{(Program.StartsWith("./", StringComparison.Ordinal) ? Program : Name)} {words}";

    /// <summary>What to type for the program at that path: its bare name if the shell finds this very file by it.</summary>
    public static string NameOf(string? program, string? path)
    {
        if (program is null || Path.GetFileNameWithoutExtension(program) != Name)
            return Name;
        var found = (path ?? "").Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries)
            .Select(folder => Path.Combine(folder, Path.GetFileName(program))).FirstOrDefault(File.Exists);
        return found is not null && Target(found) == Target(program) ? Name : program;
    }

    private static string Target(string file) =>
        File.ResolveLinkTarget(file, returnFinalTarget: true)?.FullName ?? Path.GetFullPath(file);

    private static string Quoted(string word) =>
        word.All(letter => char.IsAsciiLetterOrDigit(letter) || letter is '/' or '.' or '_' or '-' or '~' or ':' or '\\' or '+' or '@' or ',')
            ? word
            : "'" + word.Replace("'", @"'\''", StringComparison.Ordinal) + "'";
}
