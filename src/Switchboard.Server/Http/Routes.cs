using Switchboard.Server.Spec;

namespace Switchboard.Server.Http;

/// <summary>Maps handlers by the operation they carry out, so that route, scope and document are one thing.</summary>
internal sealed class Routes(IEndpointRouteBuilder endpoints)
{
    /// <summary>What is mapped.</summary>
    public List<Operation> Mapped { get; } = [];

    /// <summary>A handler whose result is the JSON body of a 200.</summary>
    public void Map<T>(Operation operation, Func<ApiRequest, CancellationToken, Task<T>> handler) => MapRaw(
        operation,
        async (request, cancellationToken) =>
        {
            var answer = await handler(request, cancellationToken);
            await JsonResponse.WriteAsync(request.Http.Response, answer, cancellationToken);
        });

    /// <summary>A handler that reads only.</summary>
    public void Map<T>(Operation operation, Func<ApiRequest, T> handler) =>
        Map(operation, (request, _) => Task.FromResult(handler(request)));

    /// <summary>A handler whose success is a 204.</summary>
    public void Map(Operation operation, Func<ApiRequest, CancellationToken, Task> handler) => MapRaw(
        operation,
        async (request, cancellationToken) =>
        {
            await handler(request, cancellationToken);
            request.Http.Response.StatusCode = StatusCodes.Status204NoContent;
        });

    /// <summary>A handler that writes its answer itself.</summary>
    public void MapRaw(Operation operation, Func<ApiRequest, CancellationToken, Task> handler)
    {
        Mapped.Add(operation);
        foreach (var pattern in operation.Aliases.Prepend(operation.Pattern))
        {
            endpoints
                .MapMethods(pattern, [operation.Method], context => handler(new ApiRequest(context, operation), context.RequestAborted))
                .WithMetadata(operation)
                .WithDisplayName($"{operation.Method} {operation.Pattern}");
        }
    }
}
