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
            Declare(endpoints, route, pattern, [route.Method], context => handler(new ApiRequest(context, route), context.RequestAborted));
        }
    }

    /// <summary>A handler that is no part of the client API.</summary>
    /// <param name="endpoints">Where it is mapped.</param>
    /// <param name="route">What it is declared as.</param>
    /// <param name="methods">HTTP methods; <c>null</c> for all.</param>
    /// <param name="handler">Answers.</param>
    public static void MapPlain(IEndpointRouteBuilder endpoints, DeclaredRoute route, string[]? methods, RequestDelegate handler) =>
        Declare(endpoints, route, route.Pattern, methods, handler);

#pragma warning disable RS0030 // The one place that maps: it cannot be called without a declaration.
    private static void Declare(
        IEndpointRouteBuilder endpoints, DeclaredRoute route, string pattern, string[]? methods, RequestDelegate handler) =>
        (methods is null ? endpoints.Map(pattern, handler) : endpoints.MapMethods(pattern, methods, handler))
            .WithMetadata(route)
            .WithDisplayName($"{route.Method} {route.Pattern}");
#pragma warning restore RS0030
}
