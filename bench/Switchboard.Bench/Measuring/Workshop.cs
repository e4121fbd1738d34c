using System.Diagnostics;

namespace Switchboard.Bench.Measuring;

/// <summary>Where programs and worlds are.</summary>
/// <param name="Root">The repository.</param>
/// <param name="ServerProgram">The built server.</param>
/// <param name="Folder">Where worlds are kept between runs.</param>
internal sealed record Workshop(string Root, string ServerProgram, string Folder)
{
    /// <summary>A path in the kept folder.</summary>
    public string Path(string name)
    {
        Directory.CreateDirectory(Folder);
        return System.IO.Path.Combine(Folder, name);
    }

    /// <summary>A fresh copy of a data folder, as <paramref name="name"/>.</summary>
    public string CopyOf(string folder, string name)
    {
        var copy = Path(name);
        Remove(copy);
        // The system's copy shares blocks where the file system can.
        using var process = Process.Start(new ProcessStartInfo("cp", ["--archive", "--reflink=auto", folder, copy]))!;
        process.WaitForExit();
        return process.ExitCode == 0 ? copy : throw new IOException($"{folder} could not be copied to {copy}.");
    }

    /// <summary>A folder for a bare server that has nothing to serve.</summary>
    public string NothingToServe()
    {
        var folder = Path("bare-empty");
        Directory.CreateDirectory(folder);
        File.WriteAllText(System.IO.Path.Combine(folder, "0"), "{}");
        return folder;
    }

    /// <summary>Removes a folder if it is there.</summary>
    public static void Remove(string folder)
    {
        if (Directory.Exists(folder))
            Directory.Delete(folder, recursive: true);
    }
}
