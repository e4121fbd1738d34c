using Switchboard.Core.Messages;
using Switchboard.Networks;
using Switchboard.Server.Http;

namespace Switchboard.Server.Api;

/// <summary>An attachment as sends and drafts name it (rest.md §5).</summary>
internal static class AttachmentBody
{
    /// <summary>Reads its fields; problems are noted in the body.</summary>
    public static AttachmentRequest Read(BodyReader body)
    {
        var size = body.Object("size");
        return new AttachmentRequest
        {
            UploadId = body.RequiredText("uploadID", most: 200),
            Kind = body.OneOf<AttachmentKind>(
                "type",
                ("image", AttachmentKind.Image), ("video", AttachmentKind.Video), ("audio", AttachmentKind.Audio),
                ("file", AttachmentKind.File), ("gif", AttachmentKind.Gif), ("voice-note", AttachmentKind.VoiceNote),
                ("voiceNote", AttachmentKind.VoiceNote), ("sticker", AttachmentKind.Sticker)),
            FileName = body.Text("fileName", least: 1, most: 1000),
            MimeType = MimeType(body),
            Duration = body.Number("duration", 0, 1e9),
            Width = size is null ? null : Side(size, "width"),
            Height = size is null ? null : Side(size, "height"),
        };
    }

    private static int? Side(BodyReader size, string name)
    {
        if (!size.Has(name))
            size.Add("required", "This field is required.", name);
        return (int?)size.Number(name, 0, 1_000_000);
    }

    private static string? MimeType(BodyReader body)
    {
        if (body.Text("mimeType", least: 1, most: 127) is not { } text)
            return null;
        if (System.Net.Http.Headers.MediaTypeHeaderValue.TryParse(text, out var parsed) && parsed.MediaType is { } type)
            return type.ToLowerInvariant();
        body.Add("invalid_value", "Expected a MIME type such as image/png.", "mimeType");
        return null;
    }
}
