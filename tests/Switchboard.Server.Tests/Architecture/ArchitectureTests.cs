using System.Xml.Linq;
using Xunit;

namespace Switchboard.Server.Tests.Architecture;

/// <summary>The shape of the program, read from its project and source files.</summary>
public sealed class ArchitectureTests
{
    private static readonly string Source = Path.Combine(Root(), "src");

    public static TheoryData<string, string> Arrows { get; } = new()
    {
        { "Switchboard.Server", "Core LocalNetwork Matrix Networks Sqlite Wire" },
        { "Switchboard.Core", "Networks Sqlite" },
        { "Switchboard.LocalNetwork", "Networks Sqlite" },
        { "Switchboard.Matrix", "Networks Sqlite" },
        { "Switchboard.Networks", "" },
        { "Switchboard.Sqlite", "" },
        { "Switchboard.Wire", "" },
    };

    [Theory]
    [MemberData(nameof(Arrows))]
    public void A_project_refers_to_the_allowed_ones_alone(string project, string allowed)
    {
        var file = XDocument.Load(Path.Combine(Source, project, project + ".csproj"));
        var found = file.Descendants("ProjectReference")
            .Select(reference => Path.GetFileNameWithoutExtension(reference.Attribute("Include")!.Value.Replace('\\', '/')))
            .Select(name => name["Switchboard.".Length..])
            .Order(StringComparer.Ordinal);

        Assert.Equal(allowed.Split(' ', StringSplitOptions.RemoveEmptyEntries), found);
    }

    [Fact]
    public void There_is_no_project_beside_those() => Assert.Equal(
        Arrows.Select(row => row.Data.Item1).Order(StringComparer.Ordinal),
        Directory.EnumerateFiles(Source, "*.csproj", SearchOption.AllDirectories)
            .Select(file => Path.GetFileNameWithoutExtension(file)!)
            .Order(StringComparer.Ordinal));

    [Theory]
    [InlineData("Switchboard.Core")]
    [InlineData("Switchboard.Networks")]
    [InlineData("Switchboard.Sqlite")]
    [InlineData("Switchboard.Wire")]
    public void What_lies_below_names_no_network(string project) => Assert.Empty(
        Files(project).Where(file => NetworkNames.Any(name => file.Text.Contains(name, StringComparison.Ordinal))).Select(file => file.Path));

    [Fact]
    public void Nothing_is_left_unwritten() => Assert.Empty(
        Directory.EnumerateDirectories(Source).SelectMany(folder => Files(Path.GetFileName(folder)))
            .Where(file => file.Text.Contains("NotImplemented" + "Exception", StringComparison.Ordinal))
            .Select(file => file.Path));

    private static IReadOnlyList<string> NetworkNames { get; } =
        ["LocalNetwork", "LocalConnection", "LocalLogin", "MatrixNetwork", "MatrixConnection", "MatrixLogin", "MatrixClient"];

    private static List<(string Path, string Text)> Files(string project)
    {
        var folder = Path.Combine(Source, project);
        var files = Directory.EnumerateFiles(folder, "*.cs", SearchOption.AllDirectories)
            .Where(file => Path.GetRelativePath(folder, file).Split(Path.DirectorySeparatorChar)[0] is not ("bin" or "obj"))
            .Select(file => (Path: file, Text: File.ReadAllText(file)))
            .ToList();
        Assert.NotEmpty(files);
        return files;
    }

    private static string Root()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(folder.FullName, "Switchboard.slnx")))
        {
            folder = folder.Parent ?? throw new DirectoryNotFoundException("The tests do not run inside the source tree.");
        }

        return folder.FullName;
    }
}
