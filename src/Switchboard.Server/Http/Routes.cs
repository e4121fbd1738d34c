using Switchboard.Server.Spec;

namespace Switchboard.Server.Http;

/// <summary>Maps handlers by the route they are declared as, so that route, policy and document are one thing.</summary>
internal sealed class Routes(IEndpointRouteBuilder endpoints)
{
    /// <summary>What is mapped.</summary>
    public List<DeclaredRoute> Mapped { get; } = [];

    /// <summary>A handler whose result is the JSON body of a 200.</summary>
    public void Map<T>(DeclaredRoute route, Func<ApiRequest, CancellationToken, Task<T>> handler) => MapRaw(
        route,
        async (request, cancellationToken) =>
        {
            var answer = await handler(request, cancellationToken);
            await JsonResponse.WriteAsync(request.Http.Response, answer, cancellationToken);
        });

    /// <summary>A handler that reads only.</summary>
    public void Map<T>(DeclaredRoute route, Func<ApiRequest, T> handler) =>
        Map(route, (request, _) => Task.FromResult(handler(request)));

    /// <summary>A handler whose success is a 204.</summary>
    public void Map(DeclaredRoute route, Func<ApiRequest, CancellationToken, Task> handler) => MapRaw(
        route,
        async (request, cancellationToken) =>
        {
            await handler(request, cancellationToken);
            request.Http.Response.StatusCode = StatusCodes.Status204NoContent;
        });

    /// <summary>A handler that writes its answer itself.</summary>
    public void MapRaw(DeclaredRoute route, Func<ApiRequest, CancellationToken, Task> handler)
    {
        Mapped.Add(route);
        foreach (var pattern in route.Aliases.Prepend(route.Pattern))
        {
            endpoints
                .MapMethods(pattern, [route.Method], context => handler(new ApiRequest(context, route), context.RequestAborted))
                .WithMetadata(route)
                .WithDisplayName($"{route.Method} {route.Pattern}");
        }
    }
}
