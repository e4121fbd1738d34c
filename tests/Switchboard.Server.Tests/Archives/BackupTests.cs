using System.Collections.Concurrent;
using Switchboard.Core.Chats;
using Switchboard.Server.Archives;
using Switchboard.Server.Hosting;
using Switchboard.Server.Tests.Hosting;
using Switchboard.Sqlite;
using Xunit;

namespace Switchboard.Server.Tests.Archives;

/// <summary>A backup of a working server, and what a restore makes of it.</summary>
public sealed class BackupTests
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task What_was_acknowledged_before_a_backup_began_is_there_exactly_once_for_everybody_after_a_restore()
    {
        using var scratch = new ScratchFolder();
        await using var server = await TestServer.StartAsync();
        var other = await server.AddPersonAsync("other");
        var (mine, theirs) = await server.MeetAsync("local_owner", other, "other");
        var (promised, backup) = await BackUpWhileWritingAsync(server, [mine, mine, theirs, theirs], scratch["backup.tar"]);

        var restored = await Restore.RunAsync(scratch["backup.tar"], scratch["restored"], Stop);
        await using var again = await TestServer.StartAsync(existing: scratch["restored"]);
        await SettleAsync(again, mine.Key, theirs.Key);

        Assert.Equal(backup.Files, restored.Files);
        foreach (var chat in new[] { mine.Key, theirs.Key })
        {
            var there = Texts(again.Database, chat);
            Assert.Equal(there.Distinct().Count(), there.Count);
            Assert.Empty(promised.Except(there));
        }

        Assert.Equal(Texts(again.Database, mine.Key), Texts(again.Database, theirs.Key));
        Assert.Empty((await Verification.RunAsync(again.Folder, Stop)).Findings);
        await again.StopAsync();
        Assert.Empty((await Verification.RunAsync(again.Folder, Stop)).Findings);
    }

    [Fact]
    public async Task An_archive_holds_databases_and_files_but_no_token_and_is_for_the_owner_alone()
    {
        using var scratch = new ScratchFolder();
        await using var server = await TestServer.StartAsync();
        await UploadAsync(server, "content of a file");

        var manifest = await new Backup(server.Folder, TimeProvider.System).RunAsync(scratch["backup.tar"], Stop);
        await Restore.RunAsync(scratch["backup.tar"], scratch["restored"], Stop);

        Assert.Empty(manifest.Missing);
        Assert.Equal(["backup.tar", "restored"], scratch.Names);
        Assert.Equal(["local/local.db", "switchboard.db"], manifest.Files.Where(file => file.Name.EndsWith(".db", StringComparison.Ordinal)).Select(file => file.Name).Order(StringComparer.Ordinal));
        var file = Assert.Single(manifest.Files, file => file.Name.StartsWith("media/", StringComparison.Ordinal));
        Assert.Equal("content of a file", await File.ReadAllTextAsync(Path.Combine(scratch["restored"], file.Name), Stop));
        Assert.False(File.Exists(Path.Combine(scratch["restored"], "owner.token")));
        if (OperatingSystem.IsWindows())
            return;
        const UnixFileMode Owner = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        Assert.Equal(Owner, File.GetUnixFileMode(scratch["backup.tar"]));
        Assert.All(
            new DirectoryInfo(scratch["restored"]).EnumerateFiles("*", SearchOption.AllDirectories), found => Assert.Equal(Owner, found.UnixFileMode));
        Assert.All(
            new DirectoryInfo(scratch["restored"]).EnumerateDirectories("*", SearchOption.AllDirectories).Append(new DirectoryInfo(scratch["restored"])),
            found => Assert.Equal(Owner | UnixFileMode.UserExecute, found.UnixFileMode));
    }

    [Fact]
    public async Task A_file_that_is_missing_is_named_and_the_rest_is_backed_up()
    {
        using var scratch = new ScratchFolder();
        await using var server = await TestServer.StartAsync();
        await UploadAsync(server, "content of a file");
        var hash = server.Database.Read(db => db.QueryText("SELECT hash FROM upload"))!;
        File.Delete(Path.Combine(server.Folder.MediaFolder, hash[..2], hash));

        var manifest = await new Backup(server.Folder, TimeProvider.System).RunAsync(scratch["backup.tar"], Stop);

        Assert.Equal([$"media/{hash[..2]}/{hash}"], manifest.Missing);
        Assert.Equal(manifest.Files, (await Restore.RunAsync(scratch["backup.tar"], scratch["restored"], Stop)).Files);
    }

    [Fact]
    public async Task A_file_that_exists_is_never_written_over()
    {
        using var scratch = new ScratchFolder();
        await using var server = await TestServer.StartAsync();
        await File.WriteAllTextAsync(scratch["backup.tar"], "precious", Stop);

        await Assert.ThrowsAsync<StartRefusedException>(() => new Backup(server.Folder, TimeProvider.System).RunAsync(scratch["backup.tar"], Stop));

        Assert.Equal("precious", await File.ReadAllTextAsync(scratch["backup.tar"], Stop));
        Assert.Equal(["backup.tar"], scratch.Names);
    }

    private static async Task UploadAsync(TestServer server, string content)
    {
        using var form = new MultipartFormDataContent { { new StringContent(content), "file", "a.txt" } };
        using var answer = await server.SendAsync(HttpMethod.Post, "/v1/assets/upload", server.Owner, form);
        Assert.True(answer.IsSuccessStatusCode);
    }

    /// <summary>Has one writer a chat send without pause, and makes the backup in the middle of it.</summary>
    /// <returns>What had been acknowledged when the backup began.</returns>
    private static async Task<(HashSet<string> Promised, BackupManifest Backup)> BackUpWhileWritingAsync(
        TestServer server, IReadOnlyList<Chat> chats, string archive)
    {
        const int Enough = 40;
        var acknowledged = new ConcurrentQueue<string>();
        var warm = new TaskCompletionSource();
        using var enough = CancellationTokenSource.CreateLinkedTokenSource(Stop);
        var writers = chats.Select((chat, writer) => Task.Run(
            async () =>
            {
                for (var i = 0; !enough.IsCancellationRequested; i++)
                {
                    var text = $"writer {writer} says {i}";
                    using var answer = await server.SendAsync(
                        HttpMethod.Post, $"/v1/chats/{chat.Key}/messages", server.Owner, TestServer.WriteText(text));
                    Assert.True(answer.IsSuccessStatusCode);
                    acknowledged.Enqueue(text);
                    if (acknowledged.Count >= Enough)
                        warm.TrySetResult();
                }
            },
            Stop)).ToList();
        await await Task.WhenAny(warm.Task, Task.WhenAll(writers));
        var promised = acknowledged.ToHashSet();
        var manifest = await new Backup(server.Folder, TimeProvider.System).RunAsync(archive, Stop);
        await enough.CancelAsync();
        await Task.WhenAll(writers);
        Assert.True(acknowledged.Count > promised.Count, "Nobody wrote while the backup was made.");
        return (promised, manifest);
    }

    /// <summary>Waits until everything that was on its way has arrived.</summary>
    private static Task SettleAsync(TestServer server, long mine, long theirs) => server.UntilAsync(() =>
        server.Database.Read(db => db.QueryInt64("SELECT count(*) FROM outbox WHERE kind = 'send'")) == 0
        && Texts(server.Database, mine).SequenceEqual(Texts(server.Database, theirs)));

    private static List<string> Texts(Database database, long chat) => database.Read(db => db.Query(
        "SELECT text FROM message WHERE chat = $chat AND text LIKE 'writer%' ORDER BY text", row => row.GetString(0), ("$chat", chat)));
}
