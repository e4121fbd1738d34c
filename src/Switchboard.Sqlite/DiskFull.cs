using Microsoft.Data.Sqlite;

namespace Switchboard.Sqlite;

/// <summary>Tells a full disk from everything else that can go wrong with a file or a database.</summary>
public static class DiskFull
{
    private const int SqliteFull = 13;
    // SQLite says no more than this when the file that readers and the writer share cannot grow.
    private const int SqliteSharedMemorySize = 4874;
    private const int NoSpaceLeft = 28;
    private const int QuotaExceeded = 122;

    /// <summary>Whether this, or what caused it, says that there is no room left.</summary>
    public static bool Is(Exception? error) => error switch
    {
        null => false,
        SqliteException { SqliteErrorCode: SqliteFull } or SqliteException { SqliteExtendedErrorCode: SqliteSharedMemorySize } => true,
        IOException io when (io.HResult & 0xFFFF) is NoSpaceLeft or QuotaExceeded => true,
        _ => Is(error.InnerException),
    };
}
