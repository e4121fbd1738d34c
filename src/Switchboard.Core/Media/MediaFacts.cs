namespace Switchboard.Core.Media;

/// <summary>What a file says about itself.</summary>
/// <param name="MimeType">Its type, lower case, without parameters. <c>application/octet-stream</c> when nothing is known.</param>
/// <param name="Width">Pixels across, as stored (before any turn its metadata may ask for). Pictures and videos only.</param>
/// <param name="Height">Pixels down, as stored. Present exactly when <paramref name="Width"/> is.</param>
/// <param name="Duration">Length in seconds, more than zero. Sound and videos only.</param>
public sealed record MediaFacts(string MimeType, int? Width, int? Height, double? Duration);
