using System.Text.Json;
using Switchboard.Matrix.Timeline;

namespace Switchboard.Matrix.Api;

/// <summary>What a homeserver says it can do (<c>/versions</c>).</summary>
/// <param name="Versions">Versions of the specification.</param>
/// <param name="Unstable">What it can do beyond them.</param>
internal sealed record HomeserverFeatures(IReadOnlySet<string> Versions, IReadOnlySet<string> Unstable)
{
    private const int MostFeatures = 1_000;

    /// <summary>Whether files are fetched with the login's token (1.11), rather than by anybody.</summary>
    public bool HasAuthenticatedMedia => IsAtLeast(11) || Unstable.Contains("org.matrix.msc3916.stable");

    /// <summary>Whether muting by account data is understood.</summary>
    public bool HasMuteData => Unstable.Contains("com.beeper.account_data_mute");

    /// <summary>Reads the answer.</summary>
    public static HomeserverFeatures Read(JsonElement answer)
    {
        var unstable = answer.Child("unstable_features").Entries(MostFeatures);
        return new HomeserverFeatures(
            answer.Texts("versions").ToHashSet(StringComparer.Ordinal),
            unstable.Where(feature => feature.Value.ValueKind == JsonValueKind.True).Select(feature => feature.Key)
                .ToHashSet(StringComparer.Ordinal));
    }

    private bool IsAtLeast(int minor) => Versions.Any(version =>
        version.StartsWith("v1.", StringComparison.Ordinal) && int.TryParse(version.AsSpan(3), out var number) && number >= minor);
}
