namespace Switchboard.Core.Media;

/// <summary>A file that is in the <see cref="FileStore"/>.</summary>
/// <param name="Sha256">The SHA-256 of its bytes: 64 lower-case hexadecimal digits, and its name in the store.</param>
/// <param name="Size">Its length in bytes.</param>
public sealed record StoredFile(string Sha256, long Size);
