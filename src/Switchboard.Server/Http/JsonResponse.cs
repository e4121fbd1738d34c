using System.Text.Json;
using Switchboard.Wire;

namespace Switchboard.Server.Http;

/// <summary>Writes JSON bodies as the contract wants them (rest.md §1.3).</summary>
internal static class JsonResponse
{
    private const string ContentType = "application/json; charset=utf-8";

    /// <summary>Writes a value with the status that is set.</summary>
    public static Task WriteAsync<T>(HttpResponse response, T value, CancellationToken cancellationToken)
    {
        response.ContentType = ContentType;
        return JsonSerializer.SerializeAsync(response.BodyWriter, value, WireJson.TypeOf<T>(), cancellationToken);
    }

    /// <summary>Writes JSON that is bytes already.</summary>
    public static async Task WriteRawAsync(HttpResponse response, ReadOnlyMemory<byte> json, CancellationToken cancellationToken)
    {
        response.ContentType = ContentType;
        response.ContentLength = json.Length;
        await response.BodyWriter.WriteAsync(json, cancellationToken);
    }
}
