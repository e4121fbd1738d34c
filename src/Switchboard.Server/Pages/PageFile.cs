using System.IO.Compression;
using System.Security.Cryptography;

namespace Switchboard.Server.Pages;

/// <summary>One file of the owner's pages, as the program carries it.</summary>
internal sealed class PageFile
{
    private static readonly Dictionary<string, string> TypeByExtension = new(StringComparer.Ordinal)
    {
        [".html"] = "text/html; charset=utf-8",
        [".js"] = "text/javascript; charset=utf-8",
        [".css"] = "text/css; charset=utf-8",
        [".md"] = "text/plain; charset=utf-8",
        [".svg"] = "image/svg+xml",
        [".woff2"] = "font/woff2",
    };

    private readonly Lazy<byte[]?> compressed;

    /// <summary>A file by its path below the site, such as <c>/assets/index-ab12.js</c>.</summary>
    /// <exception cref="InvalidOperationException">Its name ends in something that has no media type here.</exception>
    public PageFile(string path, byte[] content)
    {
        Path = path;
        Content = content;
        Type = TypeByExtension.TryGetValue(System.IO.Path.GetExtension(path), out var type)
            ? type
            : throw new InvalidOperationException($"The page file {path} is of a kind that has no media type.");
        Tag = $"\"{Convert.ToHexStringLower(SHA256.HashData(content).AsSpan(0, 12))}\"";
        compressed = new Lazy<byte[]?>(() => Compress(content, Type));
    }

    /// <summary>Where it is on the site, from its first slash.</summary>
    public string Path { get; }

    /// <summary>Its bytes.</summary>
    public byte[] Content { get; }

    /// <summary>Its bytes in Brotli; <see langword="null"/> when that would not make it smaller.</summary>
    public byte[]? Compressed => compressed.Value;

    /// <summary>Its media type.</summary>
    public string Type { get; }

    /// <summary>What changes when its content does, as <c>ETag</c> writes it.</summary>
    public string Tag { get; }

    /// <summary>Whether the build put a digest of the content into its name, so that what is under that name never changes.</summary>
    public bool NeverChanges => Path.StartsWith("/assets/", StringComparison.Ordinal);

    private static byte[]? Compress(byte[] content, string type)
    {
        // Fonts are compressed in themselves.
        if (type.StartsWith("font/", StringComparison.Ordinal))
            return null;
        using var result = new MemoryStream();
        using (var brotli = new BrotliStream(result, CompressionLevel.Optimal, leaveOpen: true))
        {
            brotli.Write(content);
        }

        return result.Length < content.Length ? result.ToArray() : null;
    }
}
