using System.Formats.Tar;
using Switchboard.Server.Archives;
using Switchboard.Server.Hosting;
using Switchboard.Server.Tests.Hosting;
using Xunit;

namespace Switchboard.Server.Tests.Archives;

/// <summary>What a restore refuses, always before it has written anything.</summary>
public sealed class RestoreTests
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task An_installation_is_never_restored_over()
    {
        using var scratch = new ScratchFolder();
        await using var server = await BackedUpAsync(scratch);

        var refused = await Assert.ThrowsAsync<StartRefusedException>(() => Restore.RunAsync(scratch["backup.tar"], server.Folder.Path, Stop));

        Assert.Contains("holds an installation", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_folder_that_is_in_use_or_not_empty_is_refused()
    {
        using var scratch = new ScratchFolder();
        await using var server = await BackedUpAsync(scratch);
        Directory.CreateDirectory(scratch["full"]);
        await File.WriteAllTextAsync(Path.Combine(scratch["full"], "letter"), "mine", Stop);
        await using var taken = DataFolder.Prepare(scratch["taken"]).Lock();

        await Assert.ThrowsAsync<StartRefusedException>(() => Restore.RunAsync(scratch["backup.tar"], scratch["full"], Stop));
        await Assert.ThrowsAsync<StartRefusedException>(() => Restore.RunAsync(scratch["backup.tar"], scratch["taken"], Stop));

        Assert.Equal(["letter"], Directory.EnumerateFileSystemEntries(scratch["full"]).Select(Path.GetFileName));
        Assert.Equal(["switchboard.lock"], Directory.EnumerateFileSystemEntries(scratch["taken"]).Select(Path.GetFileName));
    }

    [Fact]
    public async Task An_archive_with_one_bit_changed_anywhere_in_a_file_is_refused()
    {
        using var scratch = new ScratchFolder();
        await using var server = await BackedUpAsync(scratch);
        var bytes = await File.ReadAllBytesAsync(scratch["backup.tar"], Stop);
        var database = bytes.AsSpan().IndexOf("SQLite format 3"u8);
        bytes[database + 5000] ^= 1;
        await File.WriteAllBytesAsync(scratch["tampered.tar"], bytes, Stop);

        await AssertRefusedAsync(scratch, "tampered.tar");
    }

    [Theory]
    [InlineData(0)]
    [InlineData(100)]
    [InlineData(10_000)]
    [InlineData(-3000)]
    public async Task An_archive_that_broke_off_is_refused(int length)
    {
        using var scratch = new ScratchFolder();
        await using var server = await BackedUpAsync(scratch);
        var bytes = await File.ReadAllBytesAsync(scratch["backup.tar"], Stop);
        await File.WriteAllBytesAsync(scratch["half.tar"], bytes[..(length < 0 ? bytes.Length + length : length)], Stop);

        await AssertRefusedAsync(scratch, "half.tar");
    }

    [Theory]
    [InlineData("../escaped")]
    [InlineData("media/../../escaped")]
    [InlineData("/tmp/switchboard-escaped")]
    [InlineData("media//escaped")]
    [InlineData("media/.hidden")]
    [InlineData("media\\..\\escaped")]
    [InlineData("owner.token")]
    [InlineData("switchboard.db-wal")]
    public async Task A_name_that_no_backup_has_is_refused(string name)
    {
        using var scratch = new ScratchFolder();
        await using var server = await BackedUpAsync(scratch);
        await RewriteAsync(scratch, tar => tar.WriteEntry(new PaxTarEntry(TarEntryType.RegularFile, name) { DataStream = new MemoryStream([1]) }));

        await AssertRefusedAsync(scratch, "rewritten.tar");
        Assert.DoesNotContain("escaped", scratch.Names);
    }

    [Fact]
    public async Task A_link_is_refused_wherever_it_leads()
    {
        using var scratch = new ScratchFolder();
        await using var server = await BackedUpAsync(scratch);
        await RewriteAsync(scratch, tar => tar.WriteEntry(new PaxTarEntry(TarEntryType.SymbolicLink, "media/link") { LinkName = "local" }));

        await AssertRefusedAsync(scratch, "rewritten.tar");
    }

    [Fact]
    public async Task A_file_that_the_manifest_does_not_name_is_refused()
    {
        using var scratch = new ScratchFolder();
        await using var server = await BackedUpAsync(scratch);
        await RewriteAsync(
            scratch, tar => tar.WriteEntry(new PaxTarEntry(TarEntryType.RegularFile, "media/extra") { DataStream = new MemoryStream([1]) }));

        await AssertRefusedAsync(scratch, "rewritten.tar");
    }

    private static async Task<TestServer> BackedUpAsync(ScratchFolder scratch)
    {
        var server = await TestServer.StartAsync();
        await new Backup(server.Folder, TimeProvider.System).RunAsync(scratch["backup.tar"], Stop);
        return server;
    }

    private static async Task AssertRefusedAsync(ScratchFolder scratch, string archive)
    {
        await Assert.ThrowsAsync<StartRefusedException>(() => Restore.RunAsync(scratch[archive], scratch["restored"], Stop));
        Assert.False(Directory.Exists(scratch["restored"]));
    }

    /// <summary>The same archive with something more in front.</summary>
    private static async Task RewriteAsync(ScratchFolder scratch, Action<TarWriter> add)
    {
        await using var from = File.OpenRead(scratch["backup.tar"]);
        await using var to = File.Create(scratch["rewritten.tar"]);
        await using var reader = new TarReader(from);
        await using var writer = new TarWriter(to);
        add(writer);
        while (await reader.GetNextEntryAsync(copyData: false, Stop) is { } entry)
        {
            await writer.WriteEntryAsync(entry, Stop);
        }
    }
}
