using System.Text;
using Switchboard.Networks;
using Switchboard.Testing;

namespace Switchboard.LocalNetwork.Tests;

/// <summary>A local network in a temporary folder, with its people.</summary>
internal sealed class Town : IAsyncDisposable
{
    public const string Server = "town.example";

    private readonly List<string> folders = [];

    private Town(string folder)
    {
        Folder = folder;
        folders.Add(folder);
        Network = LocalNetwork.Open(folder, Server, Clock);
    }

    public ManualClock Clock { get; } = new();

    public LocalNetwork Network { get; private set; }

    public string Folder { get; private set; }

    public string[] Files => [.. Directory.EnumerateFiles(Path.Combine(Folder, "media")).Select(path => Path.GetFileName(path))];

    public static Town Open() => new(NewFolder());

    public static MessageText Text(string text) => new(text, false);

    public static OutgoingMessage Saying(string text) => new() { Text = Text(text) };

    public static UserId IdOf(string username) => new($"@{username}:{Server}");

    public static OutgoingAttachment Attachment(string content, string name = "note.txt", string mimeType = "text/plain") => new(
        new AttachmentInfo { Kind = AttachmentKind.File, FileName = name, MimeType = mimeType },
        () => new MemoryStream(Encoding.UTF8.GetBytes(content)));

    /// <summary>Adds an identity and opens it, past the arrival of its note to self.</summary>
    public async Task<Person> AddAsync(string username, string? displayName = null)
    {
        var login = await LogInAsync(username, displayName);
        return await Person.ArriveAsync(this, login.Login);
    }

    public async Task<NewLogin> LogInAsync(string username, string? displayName = null)
    {
        var fields = new Dictionary<string, string> { ["username"] = username };
        if (displayName is not null)
            fields["displayName"] = displayName;
        await using var process = await Network.StartLoginAsync("identity", null, CancellationToken.None);
        return Assert.IsType<LoginStep.Complete>(await process.SubmitAsync(fields, CancellationToken.None)).Login;
    }

    /// <summary>Stops the network in order and starts it again.</summary>
    public async Task ReopenAsync()
    {
        await Network.DisposeAsync();
        Network = LocalNetwork.Open(Folder, Server, Clock);
    }

    /// <summary>Goes on from the files as they lie on the disk this moment, as after a killed process.</summary>
    public async Task CrashAsync()
    {
        var copy = NewFolder();
        folders.Add(copy);
        Directory.CreateDirectory(Path.Combine(copy, "media"));
        foreach (var file in Directory.EnumerateFiles(Folder, "*", SearchOption.AllDirectories))
        {
            File.Copy(file, Path.Combine(copy, Path.GetRelativePath(Folder, file)));
        }

        await Network.DisposeAsync();
        Folder = copy;
        Network = LocalNetwork.Open(copy, Server, Clock);
    }

    /// <summary>Everything that lies in the database file and its log, as text.</summary>
    public async Task<string> RawDatabaseAsync()
    {
        await Network.DisposeAsync();
        var raw = Encoding.Latin1.GetString(await File.ReadAllBytesAsync(Path.Combine(Folder, "local.db")));
        Network = LocalNetwork.Open(Folder, Server, Clock);
        return raw;
    }

    public async ValueTask DisposeAsync()
    {
        await Network.DisposeAsync();
        folders.ForEach(folder => Directory.Delete(folder, recursive: true));
    }

    private static string NewFolder() => Directory.CreateTempSubdirectory("switchboard-local-").FullName;
}
