using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;
using Switchboard.Server.Http;
using Switchboard.Server.Spec;

namespace Switchboard.Server.Web;

/// <summary>What the owner's pages get. Absent values are <c>null</c>, so that each object always has the same fields.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(SessionOutput))]
[JsonSerializable(typeof(SignInOutput))]
[JsonSerializable(typeof(SessionListOutput))]
[JsonSerializable(typeof(ConsentOutput))]
[JsonSerializable(typeof(DecisionOutput))]
[JsonSerializable(typeof(ConnectionOutput))]
[JsonSerializable(typeof(NewConnectionOutput))]
[JsonSerializable(typeof(ConnectionListOutput))]
[JsonSerializable(typeof(AuditPageOutput))]
internal sealed partial class WebJson : JsonSerializerContext
{
    /// <summary>Maps a handler whose result is the body of a 200; nobody may keep it.</summary>
    public static void Map<T>(Routes routes, DeclaredRoute route, Func<ApiRequest, CancellationToken, Task<T>> handler) => routes.MapRaw(
        route,
        async (request, cancellationToken) =>
        {
            var json = JsonSerializer.SerializeToUtf8Bytes(await handler(request, cancellationToken), (JsonTypeInfo<T>)Default.GetTypeInfo(typeof(T))!);
            request.Http.Response.Headers.CacheControl = "no-store";
            await JsonResponse.WriteRawAsync(request.Http.Response, json, cancellationToken);
        });
}
