using Switchboard.Matrix.Sync;
using Switchboard.Sqlite;

namespace Switchboard.Matrix.Store;

/// <summary>
/// What one Matrix login keeps beside the server's own store: room state, members, which event is whose reaction. One SQLite file a
/// login. Written before what it led to is handed on, so everything written here may be written again with the same result.
/// Reading never waits for writing; every member may be called from any thread.
/// </summary>
internal sealed partial class MatrixStore : IAsyncDisposable, IDisposable
{
    private readonly Database database;

    private MatrixStore(Database database, string ownUserId, string accountId)
    {
        this.database = database;
        OwnUserId = ownUserId;
        AccountId = accountId;
    }

    /// <summary>The login's own user.</summary>
    public string OwnUserId { get; }

    /// <summary>The id of the login's own account.</summary>
    public string AccountId { get; }

    /// <summary>Opens the file of a login, making it if needed.</summary>
    public static MatrixStore Open(string file, string ownUserId, string accountId)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(Path.GetFullPath(file))!);
        return new MatrixStore(Database.Open(file, new Migrations(typeof(MatrixStore).Assembly)), ownUserId, accountId);
    }

    /// <summary>A room as it is known now; <c>null</c> when nothing is.</summary>
    public RoomView? Room(string roomId) => database.Read(db =>
        RoomState.Load(db, roomId, this) is { } room ? room.ToView(db, Describe(roomId)) : null);

    /// <summary>Reads from a snapshot.</summary>
    public T Read<T>(Func<Db, T> read) => database.Read(read);

    /// <summary>Writes in a transaction; a write that changes nothing costs no flush.</summary>
    public Task<T> WriteAsync<T>(Func<Db, T> write, CancellationToken cancellationToken) => database.WriteAsync(write, cancellationToken);

    /// <summary>Closes the file.</summary>
    public ValueTask DisposeAsync() => database.DisposeAsync();

    /// <inheritdoc/>
    public void Dispose() => database.DisposeAsync().AsTask().GetAwaiter().GetResult();

    private Func<Networks.RemoteChat> Describe(string roomId) => () => database.Read(db =>
        RoomChat.Describe(RoomState.Load(db, roomId, this)!, db));
}
