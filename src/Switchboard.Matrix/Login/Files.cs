namespace Switchboard.Matrix.Login;

/// <summary>Files and folders that are the owner's alone.</summary>
internal static class Files
{
    private const UnixFileMode OwnerReadWrite = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    /// <summary>Makes a folder of mode 0700, or gives an existing one that mode.</summary>
    public static void MakeFolder(string folder)
    {
        if (OperatingSystem.IsWindows())
        {
            Directory.CreateDirectory(folder);
            return;
        }

        Directory.CreateDirectory(folder, OwnerReadWrite | UnixFileMode.UserExecute);
        File.SetUnixFileMode(folder, OwnerReadWrite | UnixFileMode.UserExecute);
    }

    /// <summary>Makes an empty file of mode 0600 unless there is one.</summary>
    public static void Make(string path) => Open(path, FileMode.OpenOrCreate).Dispose();

    /// <summary>Writes a file of mode 0600 and waits until it is on the disk.</summary>
    public static void WriteForOwner(string path, ReadOnlySpan<byte> content)
    {
        using var file = Open(path, FileMode.Create);
        file.Write(content);
        file.Flush(flushToDisk: true);
    }

    private static FileStream Open(string path, FileMode mode)
    {
        var options = new FileStreamOptions { Mode = mode, Access = FileAccess.Write, Share = FileShare.ReadWrite };
        if (!OperatingSystem.IsWindows())
            options.UnixCreateMode = OwnerReadWrite;
        return new FileStream(path, options);
    }
}
