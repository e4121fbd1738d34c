using Microsoft.AspNetCore.Http.Features;
using Microsoft.Net.Http.Headers;
using Switchboard.Core;
using Switchboard.Core.Media;
using Switchboard.Networks;
using Switchboard.Server.Api.Uploads;
using Switchboard.Server.Http;
using Switchboard.Server.Mapping;
using Switchboard.Server.Spec;
using Switchboard.Wire;

namespace Switchboard.Server.Api;

/// <summary>Files (rest.md §6).</summary>
internal sealed class AssetsApi(MediaLibrary media, Core.Media.Uploads uploads, FileStore files, WireMapper map)
{
    // A file of the largest size, and the form around it.
    private const long MultipartLimit = Core.Media.Uploads.Limit + (1024 * 1024);

    // Base64 is a third longer than what it holds; clients may break it into lines.
    private const long Base64Limit = 760_000_000;

    /// <summary>Maps the routes.</summary>
    public void Map(Routes routes)
    {
        routes.Map(Operations.DownloadAsset, DownloadAsync);
        routes.MapRaw(Operations.ServeAsset, ServeAsync);
        routes.MapRaw(Operations.HeadAsset, ServeAsync);
        routes.Map(Operations.UploadAsset, (request, cancellationToken) => UploadAsync(
            request, MultipartLimit, http => MultipartUpload.ReadAsync(http, Store, cancellationToken), cancellationToken));
        routes.Map(Operations.UploadAssetBase64, (request, cancellationToken) => UploadAsync(
            request, Base64Limit, http => ReadBase64Async(http, cancellationToken), cancellationToken));
    }

    private Task<StoredFile> Store(Stream content, CancellationToken cancellationToken) =>
        files.AddAsync(content, Core.Media.Uploads.Limit, cancellationToken);

    private Task<ReceivedUpload> ReadBase64Async(HttpRequest request, CancellationToken cancellationToken) =>
        request.HttpContext.Features.GetRequiredFeature<IHttpRequestBodyDetectionFeature>().CanHaveBody && request.ContentLength is not 0
            ? Base64Upload.ReadAsync(request.Body, Store, cancellationToken)
            : throw RefusedException.Invalid("required", "content is required.", "body", "content");

    private async Task<UploadAssetOutput> UploadAsync(
        ApiRequest request, long limit, Func<HttpRequest, Task<ReceivedUpload>> read, CancellationToken cancellationToken)
    {
        var http = request.Http.Request;
        // Refused by its announced length, before a byte of it is read.
        if (http.ContentLength > limit)
            throw new FileTooLargeException(Core.Media.Uploads.Limit);
        request.Http.Features.GetRequiredFeature<IHttpMaxRequestBodySizeFeature>().MaxRequestBodySize = limit;
        var received = await read(http);
        var upload = await uploads.AddAsync(request.Access, received.File, received.FileName, received.MimeType, cancellationToken);
        return map.ToWire(upload, request.BaseUrl);
    }

    private async Task<DownloadAssetOutput> DownloadAsync(ApiRequest request, CancellationToken cancellationToken)
    {
        var (_, body) = await JsonBody.ReadAsync(request.Http.Request, cancellationToken);
        var url = body.RequiredText("url", most: 4096);
        if (url.Length > 0 && (!Uri.TryCreate(url, UriKind.Absolute, out var parsed) || parsed.Scheme is not ("mxc" or "localmxc")))
            body.Add("invalid_url", "Expected an mxc:// or localmxc:// URL.", "url");
        body.Check();
        try
        {
            var file = await media.FindAsync(request.Access, url, cancellationToken);
            return new DownloadAssetOutput { SrcUrl = map.DownloadUrl(file, url, request.BaseUrl) };
        }
        catch (Exception e) when (e is RefusedException { Reason: Refusal.NotFound } or NetworkException)
        {
            // What cannot be fetched is an answer, not an error (rest.md §6).
            if (e is RefusedException)
                request.Concerns(outcome: "not_found");
            return new DownloadAssetOutput { Error = e.Message };
        }
    }

    private async Task ServeAsync(ApiRequest request, CancellationToken cancellationToken)
    {
        var url = request.RequiredText("url");
        request.Check();
        var file = await media.FindAsync(request.Access, url, cancellationToken);
        var response = request.Http.Response;
        var inline = MediaInspector.IsSafeInline(file.Info.MimeType);
        response.Headers.ContentDisposition = new ContentDispositionHeaderValue(inline ? "inline" : "attachment")
        {
            FileName = Plain(file.Info.FileName),
            FileNameStar = file.Info.FileName,
        }.ToString();
        // What somebody else sent must never run as a page of ours, whatever a browser makes of it.
        response.Headers.ContentSecurityPolicy = "default-src 'none'; sandbox";
        response.Headers.CacheControl = "private, max-age=86400";
        response.Headers.AcceptRanges = "bytes";
        // Only ranges of bytes are known; any other is to be passed over (RFC 9110 §14.2).
        if (!request.Http.Request.Headers.Range.ToString().StartsWith("bytes=", StringComparison.OrdinalIgnoreCase))
            request.Http.Request.Headers.Remove(HeaderNames.Range);
        // Whoever sent it wrote this too: what is no media type must not get into a header.
        var type = file.Info.MimeType == "text/plain" ? "text/plain; charset=utf-8"
            : MediaTypeHeaderValue.TryParse(file.Info.MimeType, out _) ? file.Info.MimeType : "application/octet-stream";
        await Results.File(
            media.OpenRead(file), type, enableRangeProcessing: true, entityTag: new EntityTagHeaderValue($"\"{file.Sha256}\""))
            .ExecuteAsync(request.Http);
    }

    /// <summary>A name for clients that know only plain ones.</summary>
    private static string Plain(string name) =>
        "\"" + string.Concat(name.Select(letter => letter is > ' ' and < (char)127 and not ('"' or '\\' or '%') ? letter : letter == ' ' ? ' ' : '_')) + "\"";
}
