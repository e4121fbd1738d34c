using Switchboard.Core.Verification;
using Switchboard.Server.Archives;
using Switchboard.Server.Commands;
using Switchboard.Server.Tests.Hosting;
using Xunit;

namespace Switchboard.Server.Tests.Archives;

/// <summary>Each kind of damage is found, and nothing is found where there is none.</summary>
public sealed class VerificationTests
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("DELETE FROM message_search WHERE rowid = (SELECT max(sort_key) FROM message)", "search index")]
    [InlineData("INSERT INTO message_search (rowid, body) VALUES (1, 'nothing')", "search index")]
    [InlineData("DELETE FROM chat_search", "chat index")]
    [InlineData("INSERT INTO chat_search (rowid, titles, participants) VALUES (1, 'nothing', 'nobody')", "chat index")]
    [InlineData("UPDATE chat SET unread = unread + 1", "unread counts")]
    [InlineData("UPDATE change SET ids = '[]' WHERE seq = (SELECT max(seq) FROM change)", "change log")]
    [InlineData("DELETE FROM change WHERE seq = (SELECT min(seq) + 1 FROM change)", "change log")]
    [InlineData("DELETE FROM change WHERE kind = 'message.upserted'", "change log")]
    [InlineData("UPDATE change SET kind = 'message.deleted' WHERE kind = 'message.upserted'", "change log")]
    [InlineData("UPDATE change SET kind = 'chat.deleted' WHERE kind = 'chat.upserted'", "change log")]
    public async Task What_does_not_agree_is_found_while_the_server_runs(string damage, string check)
    {
        await using var server = await TestServer.StartAsync();
        await server.SayAsync((await server.OwnChatAsync()).Id, "hello");
        Assert.Empty(await FindAsync(server));

        await server.Database.WriteAsync(db => db.Execute(damage), Stop);

        Assert.Equal([check], (await FindAsync(server)).Select(finding => finding.Check).Distinct());
        Assert.Equal(1, await CommandLine.RunAsync(["verify", "--json", "--data-dir", server.Folder.Path]));
    }

    [Fact]
    public async Task A_file_that_is_missing_or_changed_is_found()
    {
        await using var server = await TestServer.StartAsync();
        using var form = new MultipartFormDataContent { { new ByteArrayContent("content"u8.ToArray()), "file", "a.txt" } };
        (await server.SendAsync(HttpMethod.Post, "/v1/assets/upload", server.Owner, form)).Dispose();
        Assert.Empty(await FindAsync(server));
        var file = Directory.EnumerateFiles(server.Folder.MediaFolder, "*", SearchOption.AllDirectories).Single();

        await File.WriteAllTextAsync(file, "Content", Stop);
        var changed = Assert.Single(await FindAsync(server));
        File.Delete(file);
        var missing = Assert.Single(await FindAsync(server));

        Assert.Contains("is not what it was", changed.Message, StringComparison.Ordinal);
        Assert.Contains("is missing", missing.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("switchboard.db")]
    [InlineData("local/local.db")]
    public async Task A_damaged_database_is_found(string database)
    {
        await using var server = await TestServer.StartAsync();
        await server.StopAsync();
        await using (var file = new FileStream(Path.Combine(server.Folder.Path, database), FileMode.Open))
        {
            // Behind the header page, so that it opens.
            var page = new byte[4096];
            Array.Fill(page, (byte)0xA5);
            file.Position = 4096;
            await file.WriteAsync(page, Stop);
        }

        Assert.Contains(await FindAsync(server), finding => finding.Check == "integrity" && finding.Message.StartsWith(database, StringComparison.Ordinal));
    }

    private static async Task<IReadOnlyList<Finding>> FindAsync(TestServer server) => (await Verification.RunAsync(server.Folder, Stop)).Findings;
}
