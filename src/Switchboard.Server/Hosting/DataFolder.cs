using Microsoft.Data.Sqlite;
using Switchboard.Core;
using Switchboard.Sqlite;

namespace Switchboard.Server.Hosting;

/// <summary>The folder that holds everything of an installation. Only its owner may look into it.</summary>
internal sealed class DataFolder
{
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;

    private DataFolder(string path) => Path = path;

    /// <summary>Absolute path.</summary>
    public string Path { get; }

    /// <summary>The server's database.</summary>
    public string DatabaseFile => System.IO.Path.Combine(Path, "switchboard.db");

    /// <summary>Where files are kept by their content.</summary>
    public string MediaFolder => System.IO.Path.Combine(Path, "media");

    /// <summary>Where the embedded network keeps its own.</summary>
    public string LocalNetworkFolder => System.IO.Path.Combine(Path, "local");

    /// <summary>Where Matrix logins keep their own.</summary>
    public string MatrixFolder => System.IO.Path.Combine(Path, "matrix");

    /// <summary>Where the running server listens, for commands.</summary>
    public string AddressFile => System.IO.Path.Combine(Path, "server.address");

    /// <summary>The owner's access token.</summary>
    public string OwnerTokenFile => System.IO.Path.Combine(Path, "owner.token");

    /// <summary>A page that brings the owner's browser to the sign-in.</summary>
    public string SignInFile => System.IO.Path.Combine(Path, "sign-in.html");

    /// <summary>Where an installation is when nobody says: <c>$XDG_DATA_HOME/switchboard</c>.</summary>
    public static string DefaultPath
    {
        get
        {
            var home = Environment.GetEnvironmentVariable("XDG_DATA_HOME");
            return System.IO.Path.Combine(
                string.IsNullOrEmpty(home) ? Environment.GetFolderPath(Environment.SpecialFolder.LocalApplicationData, Environment.SpecialFolderOption.DoNotVerify) : home,
                "switchboard");
        }
    }

    /// <summary>Makes the folder if needed and sees that it can be written.</summary>
    /// <exception cref="StartRefusedException">It cannot.</exception>
    public static DataFolder Prepare(string path)
    {
        var folder = new DataFolder(System.IO.Path.GetFullPath(path));
        try
        {
            if (OperatingSystem.IsWindows())
            {
                Directory.CreateDirectory(folder.Path);
            }
            else if (!Directory.Exists(folder.Path))
            {
                Directory.CreateDirectory(folder.Path, OwnerOnly);
                File.SetUnixFileMode(folder.Path, OwnerOnly);
            }
            else if (File.Exists(folder.DatabaseFile) || !Directory.EnumerateFileSystemEntries(folder.Path).Any())
            {
                // Ours already, or empty and given to us: nobody else has any business in it.
                File.SetUnixFileMode(folder.Path, OwnerOnly);
            }

            var probe = System.IO.Path.Combine(folder.Path, ".write-test");
            File.WriteAllText(probe, "");
            File.Delete(probe);
            return folder;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new StartRefusedException($"The data folder {folder.Path} cannot be written: {e.Message}", e);
        }
    }

    /// <summary>The folder of an installation that exists.</summary>
    /// <exception cref="StartRefusedException">There is none.</exception>
    public static DataFolder Existing(string path) => Find(path) ?? throw new StartRefusedException(
        $"There is no Switchboard installation in {System.IO.Path.GetFullPath(path)}. Start the server once, or name another folder with --data-dir.");

    /// <summary>The folder of an installation; <c>null</c> when there is none.</summary>
    public static DataFolder? Find(string path)
    {
        var folder = new DataFolder(System.IO.Path.GetFullPath(path));
        return File.Exists(folder.DatabaseFile) ? folder : null;
    }

    /// <summary>Takes the folder for this process until the result is disposed.</summary>
    /// <exception cref="StartRefusedException">Another server has it.</exception>
    public FileStream Lock()
    {
        try
        {
            return Open(System.IO.Path.Combine(Path, "switchboard.lock"), FileShare.None);
        }
        catch (IOException e)
        {
            throw new StartRefusedException($"Another Switchboard server is running on {Path}. Stop it first, or use another folder with --data-dir.", e);
        }
    }

    /// <summary>Whether a server holds the folder now.</summary>
    public bool IsLocked()
    {
        try
        {
            using var taken = Lock();
            return false;
        }
        catch (StartRefusedException)
        {
            return true;
        }
    }

    /// <summary>Opens the database of an installation for a command. While a server runs on it, its schema is not touched.</summary>
    /// <exception cref="StartRefusedException">The running server is of another version, or as for <see cref="OpenDatabase"/>.</exception>
    public Database OpenForCommand()
    {
        try
        {
            if (IsLocked() && Database.SchemaOf(DatabaseFile) is var schema && schema != Store.Schema.Latest)
                throw new StartRefusedException($"The server that runs on {Path} is of another version than this program. Use its own program, or stop it first.");
        }
        catch (SqliteException e)
        {
            throw new StartRefusedException($"The database {DatabaseFile} cannot be opened: {e.Message}", e);
        }

        return OpenDatabase();
    }

    /// <summary>Opens the database and brings it up to date.</summary>
    /// <exception cref="StartRefusedException">It is of a newer version or damaged.</exception>
    public Database OpenDatabase()
    {
        try
        {
            // Made by us first, so that it and the files SQLite puts beside it are for the owner alone.
            Open(DatabaseFile, FileShare.ReadWrite | FileShare.Delete).Dispose();
            return Store.Open(DatabaseFile);
        }
        catch (NewerSchemaException e)
        {
            throw new StartRefusedException(e.Message, e);
        }
        catch (SqliteException e)
        {
            throw new StartRefusedException($"The database {DatabaseFile} cannot be opened: {e.Message}", e);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new StartRefusedException($"The database {DatabaseFile} cannot be written: {e.Message}", e);
        }
    }

    /// <summary>Notes where the server listens, as seen from this machine, and by which address browsers reach it.</summary>
    public void WriteAddress(IEnumerable<string> urls, string? publicUrl)
    {
        var url = new UriBuilder(urls.Select(Reachable).OrderByDescending(url => url.Host == "127.0.0.1").First()) { Path = "/" }.Uri;
        Write(AddressFile, publicUrl is null ? url.AbsoluteUri : $"{url.AbsoluteUri}\n{publicUrl}");
    }

    /// <summary>The server does not listen any more.</summary>
    public void RemoveAddress() => File.Delete(AddressFile);

    /// <summary>Where the running server listens; <c>null</c> when that is not known.</summary>
    public Uri? ReadAddress() => AddressLines() is [var line, ..] ? Address(line) : null;

    /// <summary>Where the owner's browser reaches the running server; <c>null</c> when that is not known.</summary>
    public Uri? ReadPublicAddress() => AddressLines() is [.., var line] ? Address(line) : null;

    /// <summary>Writes the owner's token for the owner alone; without a line end, which a program might send along.</summary>
    public void WriteOwnerToken(string secret) => Write(OwnerTokenFile, secret);

    private string[] AddressLines() => File.Exists(AddressFile) ? File.ReadAllLines(AddressFile) : [];

    private static Uri? Address(string line) => Uri.TryCreate(line, UriKind.Absolute, out var url) ? url : null;

    // A server that listens everywhere is reached on this machine by its loopback address.
    private static Uri Reachable(string url) => new(url
        .Replace("://0.0.0.0", "://127.0.0.1", StringComparison.Ordinal).Replace("://[::]", "://[::1]", StringComparison.Ordinal));

    /// <summary>Writes a small file for the owner alone. Whoever reads it meanwhile gets the old or the new one.</summary>
    public static void Write(string path, string text)
    {
        var temporary = path + ".new";
        File.Delete(temporary);
        using (var file = Open(temporary, FileShare.None))
        {
            file.Write(System.Text.Encoding.UTF8.GetBytes(text));
            file.Flush(flushToDisk: true);
        }

        File.Move(temporary, path, overwrite: true);
    }

    private static FileStream Open(string path, FileShare share)
    {
        var options = new FileStreamOptions { Mode = FileMode.OpenOrCreate, Access = FileAccess.ReadWrite, Share = share };
        if (!OperatingSystem.IsWindows())
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        return new FileStream(path, options);
    }
}
