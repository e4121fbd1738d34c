using System.Reflection;
using Switchboard.Sqlite;

namespace Switchboard.LocalNetwork;

/// <summary>What of the network's folder belongs into a backup: its database and the files that its rows name.</summary>
public static class LocalFiles
{
    /// <summary>The name of the database in the network's folder.</summary>
    public const string DatabaseName = "local.db";

    /// <summary>The name of the folder with the files in the network's folder.</summary>
    public const string MediaName = "media";

    /// <summary>The newest schema that this program knows.</summary>
    public static int LatestSchema { get; } = new Migrations(Assembly.GetExecutingAssembly()).Latest;

    /// <summary>The hashes of all files that rows name; each is the file's name in the folder with the files.</summary>
    public static IReadOnlyList<string> Hashes(Db db) => db.Query("SELECT DISTINCT hash FROM media", row => row.GetString(0));
}
