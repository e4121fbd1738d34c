using System.Diagnostics.CodeAnalysis;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;

namespace Switchboard.Wire;

/// <summary>
/// The one way wire records become JSON and back: names as in the contract, absent instead of <c>null</c> unless the contract
/// says nullable, times in UTC with milliseconds, enums as the contract's words, and text outside ASCII as it is.
/// </summary>
public static class WireJson
{
    private static readonly WireJsonContext Context = new(new JsonSerializerOptions(WireJsonContext.Default.Options)
    {
        Encoder = WireEncoder.Instance,
    });

    /// <summary>The encoder of the contract, for writers that put answers together from parts.</summary>
    public static JavaScriptEncoder Encoder => WireEncoder.Instance;

    /// <summary>The options of the contract; read only.</summary>
    public static JsonSerializerOptions Options => Context.Options;

    /// <summary>Source-generated metadata of a wire type.</summary>
    /// <typeparam name="T">A record of the contract, a page or list of them, or a bare list the contract has.</typeparam>
    /// <exception cref="NotSupportedException">The type is not part of the contract.</exception>
    public static JsonTypeInfo<T> TypeOf<T>() => (JsonTypeInfo<T>)Options.GetTypeInfo(typeof(T));

    /// <summary>The value as UTF-8 JSON.</summary>
    /// <typeparam name="T">A type of the contract.</typeparam>
    /// <param name="value">The value.</param>
    public static byte[] ToUtf8Bytes<T>(T value) => JsonSerializer.SerializeToUtf8Bytes(value, TypeOf<T>());

    /// <summary>The value as a JSON element.</summary>
    /// <typeparam name="T">A type of the contract.</typeparam>
    /// <param name="value">The value.</param>
    public static JsonElement ToElement<T>(T value) => JsonSerializer.SerializeToElement(value, TypeOf<T>());

    /// <summary>Writes the value where the writer stands, for answers that are put together from parts.</summary>
    /// <typeparam name="T">A type of the contract.</typeparam>
    /// <param name="writer">The writer; its own options decide about escapes.</param>
    /// <param name="value">The value.</param>
    public static void Write<T>(Utf8JsonWriter writer, T value) => JsonSerializer.Serialize(writer, value, TypeOf<T>());

    /// <summary>The value of some UTF-8 JSON.</summary>
    /// <typeparam name="T">A type of the contract.</typeparam>
    /// <param name="utf8Json">The JSON.</param>
    /// <exception cref="JsonException">It is not JSON, or not of this type.</exception>
    [return: MaybeNull]
    public static T Read<T>(ReadOnlySpan<byte> utf8Json) => JsonSerializer.Deserialize(utf8Json, TypeOf<T>());
}
