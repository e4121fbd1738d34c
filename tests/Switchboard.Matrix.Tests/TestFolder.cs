namespace Switchboard.Matrix.Tests;

/// <summary>A folder that is removed with its test.</summary>
internal sealed class TestFolder : IDisposable
{
    public string Path { get; } = Directory.CreateTempSubdirectory("switchboard-matrix-").FullName;

    public void Dispose() => Directory.Delete(Path, recursive: true);
}
