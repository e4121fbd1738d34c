using Switchboard.Server.Http;
using Switchboard.Server.Spec;

namespace Switchboard.Server.Api;

/// <summary>
/// Some scripts expect Matrix routes here. There are none, and that is said in the form those scripts understand
/// (rest.md §7.7).
/// </summary>
internal static class MatrixPassThrough
{
    private static readonly byte[] Unrecognized = """{"errcode":"M_UNRECOGNIZED","error":"Not found: this server has no Matrix routes."}"""u8.ToArray();

    /// <summary>Maps the answer.</summary>
    public static void Map(IEndpointRouteBuilder endpoints) => Routes.MapPlain(endpoints, DeclaredRoutes.Matrix, null, context =>
    {
        context.Response.StatusCode = StatusCodes.Status404NotFound;
        return JsonResponse.WriteRawAsync(context.Response, Unrecognized, context.RequestAborted);
    });
}
