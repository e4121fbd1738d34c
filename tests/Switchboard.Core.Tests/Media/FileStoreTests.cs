using System.Security.Cryptography;
using System.Text;
using Switchboard.Core.Media;
using Xunit;

namespace Switchboard.Core.Tests.Media;

public sealed class FileStoreTests : IDisposable
{
    private readonly TempFolder folder = new();
    private readonly FileStore store;

    public FileStoreTests() => store = new FileStore(folder["media"], TimeProvider.System);

    public void Dispose() => folder.Dispose();

    [Fact]
    public async Task A_file_is_named_by_its_hash_and_reads_back()
    {
        var bytes = RandomNumberGenerator.GetBytes(300_000);

        var stored = await Add(bytes);

        Assert.Equal(Convert.ToHexStringLower(SHA256.HashData(bytes)), stored.Sha256);
        Assert.Equal(bytes.Length, stored.Size);
        Assert.Equal(folder[$"media/{stored.Sha256[..2]}/{stored.Sha256}"], store.PathOf(stored.Sha256));
        await using var read = store.OpenRead(stored.Sha256);
        using var copy = new MemoryStream();
        await read.CopyToAsync(copy);
        Assert.Equal(bytes, copy.ToArray());
    }

    [Fact]
    [System.Runtime.Versioning.UnsupportedOSPlatform("windows")]
    public async Task Folders_and_files_are_the_owners_alone()
    {
        var stored = await Add("x"u8.ToArray());

        const UnixFileMode Folder = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;
        Assert.Equal(Folder, File.GetUnixFileMode(folder["media"]));
        Assert.Equal(Folder, File.GetUnixFileMode(folder["media/tmp"]));
        Assert.Equal(Folder, File.GetUnixFileMode(Path.GetDirectoryName(store.PathOf(stored.Sha256))!));
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(store.PathOf(stored.Sha256)));
    }

    [Fact]
    public async Task The_same_bytes_are_kept_once_even_when_they_come_at_the_same_time()
    {
        var bytes = RandomNumberGenerator.GetBytes(100_000);

        var all = await Task.WhenAll(Enumerable.Range(0, 16).Select(_ => Task.Run(() => Add(bytes))));

        Assert.Single(all.Distinct());
        Assert.Single(Files());
    }

    [Fact]
    public async Task A_file_of_exactly_the_limit_is_kept_and_one_byte_more_leaves_nothing()
    {
        await store.AddAsync(new MemoryStream(new byte[1000]), 1000, CancellationToken.None);

        var refusal = await Assert.ThrowsAsync<FileTooLargeException>(
            () => store.AddAsync(new MemoryStream(new byte[1001]), 1000, CancellationToken.None));

        Assert.Equal(1000, refusal.Limit);
        Assert.Single(Files());
    }

    [Fact]
    public async Task A_stream_that_breaks_or_is_cancelled_leaves_nothing()
    {
        using var cancelled = new CancellationTokenSource();
        var breaks = new EndingStream(() => throw new IOException("gone"));
        var waits = new EndingStream(cancelled.Cancel);

        await Assert.ThrowsAsync<IOException>(() => store.AddAsync(breaks, 1_000_000, CancellationToken.None));
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => store.AddAsync(waits, 1_000_000, cancelled.Token));

        Assert.Empty(Files());
    }

    [Fact]
    public async Task A_deleted_file_is_gone_but_whoever_reads_it_reads_on()
    {
        var stored = await Add(new byte[200_000]);
        await using var read = store.OpenRead(stored.Sha256);

        store.Delete(stored.Sha256);
        store.Delete(stored.Sha256);

        Assert.False(store.Exists(stored.Sha256));
        Assert.Equal(200_000, await read.ReadAtLeastAsync(new byte[300_000], 300_000, throwOnEndOfStream: false));
        Assert.Throws<FileNotFoundException>(() => store.OpenRead(stored.Sha256));
        Assert.Throws<FileNotFoundException>(() => store.OpenRead(new string('0', 64)));
    }

    [Theory]
    [InlineData("")]
    [InlineData("../../etc/passwd")]
    [InlineData("ABCDEF0000000000000000000000000000000000000000000000000000000000")]
    [InlineData("/000000000000000000000000000000000000000000000000000000000000000")]
    [InlineData("000000000000000000000000000000000000000000000000000000000000000\n")]
    public void What_is_no_hash_reaches_no_file(string hash)
    {
        Assert.Throws<ArgumentException>(() => store.PathOf(hash));
        Assert.Throws<ArgumentException>(() => store.OpenRead(hash));
        Assert.Throws<ArgumentException>(() => store.Exists(hash));
        Assert.Throws<ArgumentException>(() => store.Delete(hash));
    }

    [Fact]
    public async Task A_path_leads_to_a_file_of_ours_by_any_way_that_ends_there()
    {
        var hash = (await Add("inside"u8.ToArray())).Sha256;
        File.CreateSymbolicLink(folder["link"], store.PathOf(hash));
        Directory.CreateSymbolicLink(folder["home"], "media");

        Assert.Equal(hash, store.HashOfPath(store.PathOf(hash)));
        Assert.Equal(hash, store.HashOfPath(folder[$"media/tmp/.././{hash[..2]}//{hash}"]));
        Assert.Equal(hash, store.HashOfPath(folder["link"]));
        Assert.Equal(hash, store.HashOfPath(folder[$"home/{hash[..2]}/{hash}"]));
        var throughLink = new FileStore(folder["home"], TimeProvider.System);
        Assert.Equal(hash, throughLink.HashOfPath(throughLink.PathOf(hash)));
    }

    [Fact]
    public async Task A_path_that_ends_elsewhere_is_not_ours()
    {
        var hash = (await Add("inside"u8.ToArray())).Sha256;
        var other = new string('a', 64);
        File.WriteAllText(folder["secret"], "secret");
        File.CreateSymbolicLink(Path.Combine(Path.GetDirectoryName(store.PathOf(hash))!, hash[..2] + other[2..]), folder["secret"]);
        Directory.CreateDirectory(folder["outside/deep"]);
        Directory.CreateSymbolicLink(folder["media/aa"], folder["outside/deep"]);
        File.WriteAllText(folder[$"outside/deep/{other}"], "not ours");
        File.WriteAllText(folder["media/tmp/half"], "half");
        File.CreateSymbolicLink(folder["circle"], folder["circle"]);
        // Read as text the ".." stays in the store; followed, it leaves the link's target.
        var sneaky = folder[$"media/aa/../{hash[..2]}/{hash}"];

        string[] paths =
        [
            folder["secret"], folder[$"media/{hash[..2]}/../../secret"], folder[$"media/{hash[..2]}/{hash[..2]}{other[2..]}"],
            folder[$"media/aa/{other}"], folder["media/tmp/half"], folder["circle"], folder["media"], sneaky,
            store.PathOf(new string('b', 64)),
            store.PathOf(hash) + "/x", store.PathOf(hash) + "\0", "", "relative", $"{hash[..2]}/{hash}", "/", "/etc/passwd",
            "/" + new string('x', 10_000),
        ];

        Assert.All(paths, path => Assert.Null(store.HashOfPath(path)));
    }

    [Fact]
    public async Task Only_old_leftovers_are_swept()
    {
        Assert.Equal(0, store.SweepTemporary(TimeSpan.Zero));
        var kept = await Add("kept"u8.ToArray());
        File.WriteAllText(folder["media/tmp/old"], "");
        File.WriteAllText(folder["media/tmp/new"], "");
        File.SetLastWriteTimeUtc(folder["media/tmp/old"], TimeProvider.System.GetUtcNow().UtcDateTime.AddHours(-2));

        Assert.Equal(1, store.SweepTemporary(TimeSpan.FromHours(1)));

        Assert.True(File.Exists(folder["media/tmp/new"]));
        Assert.True(store.Exists(kept.Sha256));
    }

    [Fact]
    public async Task What_is_added_again_while_it_is_cleared_away_is_there_afterwards()
    {
        var bytes = "wanted again"u8.ToArray();
        for (var round = 0; round < 20; round++)
        {
            var hash = (await Add(bytes)).Sha256;
            File.SetLastWriteTimeUtc(store.PathOf(hash), TimeProvider.System.GetUtcNow().UtcDateTime.AddHours(-2));
            // The clearing has looked how old it is and asks for the time: then it is added, if nothing holds that back.
            FileStore? shared = null;
            Task? adding = null;
            shared = new FileStore(folder["media"], new MeanwhileTime(() =>
            {
                adding = Task.Run(() => shared!.AddAsync(new MemoryStream(bytes), 1000, CancellationToken.None));
                adding.Wait(TimeSpan.FromMilliseconds(50));
            }));
            shared.DeleteUntouchedFor(hash, TimeSpan.FromHours(1));
            await adding!;

            Assert.True(store.Exists(hash));
        }
    }

    [Fact]
    public async Task What_is_old_is_cleared_away_and_what_is_gone_already_stays_gone()
    {
        var hash = (await Add("old"u8.ToArray())).Sha256;
        store.DeleteUntouchedFor(hash, TimeSpan.FromHours(1));
        Assert.True(store.Exists(hash));
        File.SetLastWriteTimeUtc(store.PathOf(hash), TimeProvider.System.GetUtcNow().UtcDateTime.AddHours(-2));

        store.DeleteUntouchedFor(hash, TimeSpan.FromHours(1));
        store.DeleteUntouchedFor(hash, TimeSpan.FromHours(1));

        Assert.False(store.Exists(hash));
    }

    private Task<StoredFile> Add(byte[] bytes) => store.AddAsync(new MemoryStream(bytes), 1_000_000, CancellationToken.None);

    private string[] Files() => Directory.GetFiles(folder["media"], "*", SearchOption.AllDirectories);

    /// <summary>Does something once, while it is asked for the time.</summary>
    private sealed class MeanwhileTime(Action meanwhile) : TimeProvider
    {
        private int asked;

        public override DateTimeOffset GetUtcNow()
        {
            if (Interlocked.Increment(ref asked) == 1)
                meanwhile();
            return base.GetUtcNow();
        }
    }

    private sealed class EndingStream(Action end) : MemoryStream(Encoding.ASCII.GetBytes(new string('x', 1000)))
    {
        public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
        {
            var read = await base.ReadAsync(buffer, cancellationToken);
            if (read == 0)
            {
                end();
                cancellationToken.ThrowIfCancellationRequested();
            }

            return read;
        }
    }
}
