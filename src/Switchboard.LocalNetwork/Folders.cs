namespace Switchboard.LocalNetwork;

/// <summary>Making folders that are the owner's alone.</summary>
internal static class Folders
{
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;

    /// <summary>Makes a folder of mode 0700, or gives an existing one that mode.</summary>
    public static void Make(string folder)
    {
        if (OperatingSystem.IsWindows())
        {
            Directory.CreateDirectory(folder);
            return;
        }

        Directory.CreateDirectory(folder, OwnerOnly);
        File.SetUnixFileMode(folder, OwnerOnly);
    }

    /// <summary>Makes an empty file of mode 0600 unless there is one, so that it is never readable by others.</summary>
    public static void MakeFile(string path)
    {
        if (OperatingSystem.IsWindows() || File.Exists(path))
            return;
        new FileStream(path, new FileStreamOptions
        {
            Mode = FileMode.OpenOrCreate,
            Access = FileAccess.Write,
            UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite,
        }).Dispose();
    }
}
