using Switchboard.Sqlite;

namespace Switchboard.Core;

/// <summary>Looks for damage in the database.</summary>
public static class Integrity
{
    /// <summary>What is wrong, in the database's own words; <c>null</c> when nothing is.</summary>
    public static string? Check(Database database) => database.Read(db =>
    {
        var found = db.QueryText("PRAGMA quick_check(1)");
        if (found != "ok")
            return found;
        return db.QueryInt64("SELECT 1 FROM pragma_foreign_key_check LIMIT 1") is null ? null : "a row refers to one that is gone";
    });
}
