using Switchboard.Core.Media;

namespace Switchboard.Server.Api.Uploads;

/// <summary>An upload whose whole request was read and found good.</summary>
/// <param name="File">What was stored.</param>
/// <param name="FileName">The name the client gave, as it gave it; at most 255 characters, not yet made safe.</param>
/// <param name="MimeType">The type the client gave, unchecked; at most 255 characters.</param>
internal sealed record ReceivedUpload(StoredFile File, string? FileName, string? MimeType);
