using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Switchboard.Sqlite;

namespace Switchboard.Core;

/// <summary>Opens the server's database and gives out its numbers and ids.</summary>
public static class Store
{
    private const string Alphabet = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

    /// <summary>The schema of this version of the program.</summary>
    public static Migrations Schema { get; } = new(typeof(Store).Assembly);

    /// <summary>Opens the database, making it if needed.</summary>
    public static Database Open(string path) => Database.Open(path, Schema);

    /// <summary>A random text of letters and digits that cannot be guessed, about six bits a character.</summary>
    public static string RandomText(int length) => RandomNumberGenerator.GetString(Alphabet, length);

    /// <summary>The next number of a counter; never the same twice.</summary>
    internal static long NextNumber(this Db db, string counter)
    {
        // Two statements: one that gives back what it changed keeps a journal of its own, which costs much more than the second.
        db.Execute("UPDATE counter SET value = value + 1 WHERE name = $name", ("$name", counter));
        return db.QueryInt64("SELECT value FROM counter WHERE name = $name", ("$name", counter))!.Value;
    }

    /// <summary>Whole numbers as a list for <c>IN (…)</c>. Numbers only, so there is nothing to quote.</summary>
    internal static string Join(IEnumerable<long> numbers) =>
        string.Join(',', numbers.Select(number => number.ToString(CultureInfo.InvariantCulture)));

    /// <summary>SHA-256 of a text.</summary>
    internal static byte[] Hash(string text) => SHA256.HashData(Encoding.UTF8.GetBytes(text));
}
