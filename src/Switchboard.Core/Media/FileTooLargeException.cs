namespace Switchboard.Core.Media;

/// <summary>A file has more bytes than its place allows. Nothing of it was kept.</summary>
/// <param name="limit">The most bytes that were allowed.</param>
public sealed class FileTooLargeException(long limit) : Exception($"The file is larger than {limit} bytes.")
{
    /// <summary>The most bytes that were allowed.</summary>
    public long Limit { get; } = limit;
}
