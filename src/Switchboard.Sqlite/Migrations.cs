using System.Globalization;
using System.Reflection;

namespace Switchboard.Sqlite;

/// <summary>The database was written by a newer version of the program, which this one must not touch.</summary>
public sealed class NewerSchemaException(string path, int found, int known)
    : Exception($"The database {path} is of a newer version (schema {found}; this program knows up to {known}). Start the newer program.")
{
}

/// <summary>
/// Numbered SQL files (<c>001_initial.sql</c> …) embedded in an assembly, applied in order, each in a transaction
/// together with its number in <c>PRAGMA user_version</c>: a crash between two steps resumes with the next one.
/// Append-only; a file that was released is never changed.
/// </summary>
public sealed class Migrations
{
    private readonly SortedList<int, string> steps = [];

    /// <summary>These steps, the first of them number one; for tests of what happens between them.</summary>
    internal Migrations(params IReadOnlyList<string> scripts)
    {
        foreach (var script in scripts)
        {
            steps.Add(steps.Count + 1, script);
        }
    }

    /// <summary>Takes every embedded resource whose name begins with three digits and ends in <c>.sql</c>.</summary>
    public Migrations(Assembly assembly)
    {
        foreach (var name in assembly.GetManifestResourceNames())
        {
            if (!name.EndsWith(".sql", StringComparison.Ordinal))
                continue;
            using var reader = new StreamReader(assembly.GetManifestResourceStream(name)!);
            steps.Add(int.Parse(name.AsSpan(0, 3), CultureInfo.InvariantCulture), reader.ReadToEnd());
        }

        for (var i = 0; i < steps.Count; i++)
        {
            if (steps.GetKeyAtIndex(i) != i + 1)
                throw new InvalidOperationException($"Migration {i + 1} of {assembly.GetName().Name} is missing.");
        }
    }

    /// <summary>The steps in their order, for tests.</summary>
    internal IEnumerable<string> Scripts => steps.Values;

    /// <summary>The newest schema this program knows.</summary>
    public int Latest => steps.Count;

    /// <summary>Brings the database up to <paramref name="target"/>, by default the newest.</summary>
    /// <exception cref="NewerSchemaException">It is ahead of this program.</exception>
    internal void Apply(Db db, string path, int? target = null)
    {
        var found = (int)db.QueryInt64("PRAGMA user_version")!.Value;
        if (found > Latest)
            throw new NewerSchemaException(path, found, Latest);
        for (var step = found + 1; step <= (target ?? Latest); step++)
        {
            db.Script($"BEGIN IMMEDIATE;\n{steps[step]}\nPRAGMA user_version = {step};\nCOMMIT;");
        }
    }
}
