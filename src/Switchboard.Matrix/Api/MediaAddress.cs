using System.Buffers;

namespace Switchboard.Matrix.Api;

/// <summary>The address of a file in Matrix, <c>mxc://server/id</c>. Only those whose parts are safe in a path can be made.</summary>
internal readonly record struct MediaAddress
{
    private const string Scheme = "mxc://";
    private const int Longest = 512;

    private static readonly SearchValues<char> ServerCharacters =
        SearchValues.Create("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789.-:[]_");

    private static readonly SearchValues<char> IdCharacters =
        SearchValues.Create("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_.=~");

    private MediaAddress(string server, string id) => (Server, Id) = (server, id);

    /// <summary>The server that keeps it.</summary>
    public string Server { get; }

    /// <summary>Its name there.</summary>
    public string Id { get; }

    /// <summary>Reads an address; <c>null</c> when it is none.</summary>
    public static MediaAddress? Parse(string? text)
    {
        if (text is null || text.Length > Longest || !text.StartsWith(Scheme, StringComparison.Ordinal))
            return null;
        var parts = text[Scheme.Length..].Split('/');
        return parts is [{ Length: > 0 } server, { Length: > 0 } id]
            && !server.AsSpan().ContainsAnyExcept(ServerCharacters) && !id.AsSpan().ContainsAnyExcept(IdCharacters)
            && server is not ("." or "..") && id is not ("." or "..")
            ? new MediaAddress(server, id)
            : null;
    }

    /// <inheritdoc/>
    public override string ToString() => Scheme + Server + "/" + Id;
}
