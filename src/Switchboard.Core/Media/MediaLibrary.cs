using System.Collections.Concurrent;
using Switchboard.Core.Logins;
using Switchboard.Networks;
using Switchboard.Sqlite;

namespace Switchboard.Core.Media;

/// <summary>A file that is on this machine.</summary>
/// <param name="Sha256">Names its content in the file store.</param>
/// <param name="Info">What is known about it.</param>
public sealed record LocalFile(string Sha256, AttachmentInfo Info);

/// <summary>Finds files by the URLs that clients have, and fetches them from their networks when needed (rest.md §6).</summary>
public sealed class MediaLibrary(Database database, LoginSupervisor logins, FileStore files, ServerIdentity server, TimeProvider clock)
{
    private const int LongestId = 100;

    // One fetch for one file, however many ask for it.
    private readonly ConcurrentDictionary<string, Lazy<Task<string>>> fetches = new(StringComparer.Ordinal);

    /// <summary>The URL of a file in a chat.</summary>
    public string UrlOf(string mediaId) => $"mxc://{server.Name}/{mediaId}";

    /// <summary>The URL of an upload.</summary>
    public string UrlOf(Upload upload) => $"localmxc://{server.Name}/{upload.Id}";

    /// <summary>The path of a file that is on this machine.</summary>
    public string PathOf(LocalFile file) => files.PathOf(file.Sha256);

    /// <summary>Opens a file that is on this machine.</summary>
    public FileStream OpenRead(LocalFile file) => files.OpenRead(file.Sha256);

    /// <summary>
    /// The file behind an <c>mxc://</c>, <c>localmxc://</c> or <c>file://</c> URL of ours, one of our own serve URLs, or the
    /// <c>mxc://</c> address that something in reach has in Matrix; fetched first if it is not here.
    /// </summary>
    /// <exception cref="RefusedException">The URL has no form that we know, or there is no such file for this caller.</exception>
    /// <exception cref="NetworkException">The network could not give it.</exception>
    public async Task<LocalFile> FindAsync(Access.Access access, string url, CancellationToken cancellationToken)
    {
        if (!Uri.TryCreate(url, UriKind.Absolute, out var parsed))
            throw NoUrl();
        return parsed.Scheme switch
        {
            "mxc" or "localmxc" => await ByIdAsync(access, parsed, cancellationToken),
            "file" => ByPath(access, parsed),
            "http" or "https" when parsed.AbsolutePath == "/v1/assets/serve" && InnerUrl(parsed) is { } inner =>
                await FindAsync(access, inner, cancellationToken),
            _ => throw NoUrl(),
        };
    }

    private static RefusedException NoUrl() => RefusedException.Invalid(
        "invalid_url", "The URL must be an mxc://, localmxc:// or file:// URL that this server gave out.", "query", "url");

    private static string? InnerUrl(Uri served)
    {
        var query = served.Query.TrimStart('?').Split('&').FirstOrDefault(part => part.StartsWith("url=", StringComparison.Ordinal));
        var inner = query is null ? null : Uri.UnescapeDataString(query["url=".Length..]);
        return inner is null || inner.StartsWith("http", StringComparison.OrdinalIgnoreCase) ? null : inner;
    }

    private async Task<LocalFile> ByIdAsync(Access.Access access, Uri url, CancellationToken cancellationToken)
    {
        var id = url.AbsolutePath.Trim('/');
        if (id.Length is 0 or > LongestId)
            throw RefusedException.NotFound("File");
        if (url.Host != server.Name)
            return await ByAddressAsync(access, url, cancellationToken);
        if (database.Read(db => db.FindUpload(access, id, clock.GetUtcNow())) is { } upload && files.Exists(upload.Sha256))
            return new LocalFile(upload.Sha256, upload.Info);
        var media = database.Read(db => db.FindMedia(access, id) ?? db.FindAvatar(access, id)) ?? throw RefusedException.NotFound("File");
        var hash = await ContentAsync(media, cancellationToken);
        // What it is may have become known by fetching it.
        var fetched = database.Read(db => db.FindMedia(access, id) ?? db.FindAvatar(access, id));
        return new LocalFile(hash, fetched?.Info ?? media.Info);
    }

    // As other clients of the same network know it (matrix.md §3.3): only what a chat or a person in reach bears.
    private async Task<LocalFile> ByAddressAsync(Access.Access access, Uri url, CancellationToken cancellationToken)
    {
        var address = url.OriginalString;
        var media = (url.Scheme == "mxc" ? database.Read(db => db.FindByAddress(access, address)) : null) ?? throw RefusedException.NotFound("File");
        var hash = await ContentAsync(media, cancellationToken);
        return new LocalFile(hash, database.Read(db => db.FindByAddress(access, address))?.Info ?? media.Info);
    }

    private LocalFile ByPath(Access.Access access, Uri url)
    {
        // Only what a row in reach names is served: a path is never opened as such.
        var hash = url.IsUnc ? null : files.HashOfPath(url.LocalPath);
        var info = hash is null
            ? null
            : database.Read(db => db.UploadByHash(access, hash, clock.GetUtcNow())?.Info ?? db.MediaByHash(access, hash)?.Info
                ?? db.AvatarByHash(access, hash)?.Info);
        return info is null ? throw RefusedException.NotFound("File") : new LocalFile(hash!, info);
    }

    private async Task<string> ContentAsync(MediaRow media, CancellationToken cancellationToken)
    {
        if (media.Sha256 is { } here && files.Exists(here))
            return here;
        var fetch = fetches.GetOrAdd(media.Id, _ => new Lazy<Task<string>>(() => FetchAsync(media)));
        try
        {
            return await fetch.Value.WaitAsync(cancellationToken);
        }
        finally
        {
            if (fetch.Value.IsCompleted)
                fetches.TryRemove(media.Id, out _);
        }
    }

    /// <summary>Networks often do not know what a picture of a person or of a link is; its bytes do.</summary>
    private string TypeOf(MediaRow media, string hash)
    {
        if (!media.Info.MimeType.StartsWith("image/", StringComparison.Ordinal) && media.Info.MimeType != "application/octet-stream")
            return media.Info.MimeType;
        using var content = files.OpenRead(hash);
        var type = MediaInspector.Inspect(content, media.Info.FileName, null).MimeType;
        return type.StartsWith("image/", StringComparison.Ordinal) ? type : media.Info.MimeType;
    }

    private async Task<string> FetchAsync(MediaRow media)
    {
        if (media.RemoteId is not { } remoteId)
            throw RefusedException.NotFound("File");
        if (await logins.ConnectionOfAsync(media.LoginKey, CancellationToken.None) is not ISupportsMedia network)
            throw new RefusedException(Refusal.Unsupported, "The files of this network cannot be fetched.");
        await using var content = await network.OpenMediaAsync(remoteId, CancellationToken.None);
        var hash = (await files.AddAsync(content, Uploads.Limit, CancellationToken.None)).Sha256;
        await database.WriteAsync(db => db.SetMediaHash(media, hash, TypeOf(media, hash)), CancellationToken.None);
        return hash;
    }
}
