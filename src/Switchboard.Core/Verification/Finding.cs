namespace Switchboard.Core.Verification;

/// <summary>Something that is not as it should be.</summary>
/// <param name="Check">What was looked at, such as <c>search index</c>.</param>
/// <param name="Message">What is wrong, for a person. Holds numbers of rows and hashes of files, never what people wrote.</param>
public sealed record Finding(string Check, string Message);
