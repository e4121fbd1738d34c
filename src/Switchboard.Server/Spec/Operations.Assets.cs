using Switchboard.Wire;

namespace Switchboard.Server.Spec;

/// <content>Operations of the assets group.</content>
internal static partial class Operations
{
    /// <summary>Fetches a file from its network and says where it can be loaded from.</summary>
    public static Operation DownloadAsset { get; } = new()
    {
        Id = "downloadAsset",
        Tag = AssetsTag,
        Method = "POST",
        Pattern = "/v1/assets/download",
        Summary = "Fetches a file from its network and says where it can be loaded from.",
        Description =
            "A file that cannot be had is a success with error set.",
        Access = Scope.Read,
        Body = Body<DownloadAssetInput>(),
        Response = Json<DownloadAssetOutput>(),
    };

    /// <summary>Gives the bytes of a file, whole or in part.</summary>
    public static Operation ServeAsset { get; } = new()
    {
        Id = "serveAsset",
        Tag = AssetsTag,
        Method = "GET",
        Pattern = "/v1/assets/serve",
        Summary = "Gives the bytes of a file, whole or in part.",
        Access = Scope.Read,
        Query =
        [
            new("url", QueryType.Text, "Media URI: mxc://, localmxc://, or a file:// URL of this server's own.") { Required = true },
        ],
        Response = new ResponseBody.Binary(),
        ExtraStatuses =
        [
            new ExtraStatus(206, "The part that was asked for."),
            new ExtraStatus(304, "The caller's copy is still good."),
            new ExtraStatus(412, "The file is not the one that If-Match or If-Unmodified-Since names."),
            new ExtraStatus(416, "The range lies outside the file."),
        ],
    };

    /// <summary>Gives the headers of a file.</summary>
    public static Operation HeadAsset { get; } = new()
    {
        Id = "headAsset",
        Tag = AssetsTag,
        Method = "HEAD",
        Pattern = "/v1/assets/serve",
        Summary = "Gives the headers of a file.",
        Access = Scope.Read,
        Query =
        [
            new("url", QueryType.Text, "Media URI: mxc://, localmxc://, or a file:// URL of this server's own.") { Required = true },
        ],
        ExtraStatuses =
        [
            new ExtraStatus(206, "The part that was asked for."),
            new ExtraStatus(304, "The caller's copy is still good."),
            new ExtraStatus(412, "The file is not the one that If-Match or If-Unmodified-Since names."),
            new ExtraStatus(416, "The range lies outside the file."),
        ],
    };

    /// <summary>Uploads a file for a later send or draft.</summary>
    public static Operation UploadAsset { get; } = new()
    {
        Id = "uploadAsset",
        Tag = AssetsTag,
        Method = "POST",
        Pattern = "/v1/assets/upload",
        Summary = "Uploads a file for a later send or draft.",
        Access = Scope.Write,
        Body = new RequestBody.Multipart(
        [
            new FormPart("file", "The file, at most 500 MB.", IsFile: true, Required: true),
            new FormPart("fileName", "Name of the file; the part's own when left out."),
            new FormPart("mimeType", "MIME type; found from the content when left out."),
        ]),
        Response = Json<UploadAssetOutput>(),
        ExtraStatuses = [new ExtraStatus(413, "The file is larger than 500 MB.", HasError: true)],
    };

    /// <summary>Uploads a file inside a JSON body.</summary>
    public static Operation UploadAssetBase64 { get; } = new()
    {
        Id = "uploadAssetBase64",
        Tag = AssetsTag,
        Method = "POST",
        Pattern = "/v1/assets/upload/base64",
        Summary = "Uploads a file inside a JSON body.",
        Access = Scope.Write,
        Body = Body<UploadAssetBase64Input>(),
        Response = Json<UploadAssetOutput>(),
        ExtraStatuses = [new ExtraStatus(413, "The file is larger than 500 MB.", HasError: true)],
    };
}
