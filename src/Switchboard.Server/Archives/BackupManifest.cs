using System.Text.Json.Serialization;

namespace Switchboard.Server.Archives;

/// <summary>What an archive says of itself. The last file in it, so that an archive that broke off has none.</summary>
internal sealed record BackupManifest
{
    /// <summary>The manifest's name in the archive.</summary>
    public const string Name = "manifest.json";

    /// <summary>The format that this program writes and reads.</summary>
    public const int CurrentFormat = 1;

    /// <summary>How the archive is laid out.</summary>
    public required int Format { get; init; }

    /// <summary>The program that made it.</summary>
    public required string Version { get; init; }

    /// <summary>When, in ISO 8601, UTC.</summary>
    public required string CreatedAt { get; init; }

    /// <summary>The schema of each database, by its name.</summary>
    public required IReadOnlyDictionary<string, int> Schemas { get; init; }

    /// <summary>How many accounts there are.</summary>
    public required long Accounts { get; init; }

    /// <summary>How many chats there are.</summary>
    public required long Chats { get; init; }

    /// <summary>How many messages there are.</summary>
    public required long Messages { get; init; }

    /// <summary>Every other file of the archive.</summary>
    public required IReadOnlyList<ArchivedFile> Files { get; init; }

    /// <summary>Files that rows name and that were not in the folder, or not with the content they should have.</summary>
    public required IReadOnlyList<string> Missing { get; init; }
}

/// <summary>One file of an archive.</summary>
/// <param name="Name">Relative to the data folder, with slashes.</param>
/// <param name="Size">Bytes.</param>
/// <param name="Sha256">Of its bytes, lower-case hexadecimal.</param>
internal sealed record ArchivedFile(string Name, long Size, string Sha256);

/// <summary>The manifest as JSON.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, WriteIndented = true, NewLine = "\n", RespectNullableAnnotations = true)]
[JsonSerializable(typeof(BackupManifest))]
internal sealed partial class ManifestJson : JsonSerializerContext;
