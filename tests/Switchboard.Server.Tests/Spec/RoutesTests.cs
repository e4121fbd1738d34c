using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Routing;
using Switchboard.Server.Spec;
using Switchboard.Server.Tests.Hosting;
using Xunit;

namespace Switchboard.Server.Tests.Spec;

/// <summary>The document, the mapped routes and the list of operations say the same.</summary>
public sealed class RoutesTests(TownFixture town) : IClassFixture<TownFixture>
{
    private IReadOnlyList<RouteEndpoint> Endpoints => ((IEndpointRouteBuilder)town.Server.App).DataSources
        .SelectMany(source => source.Endpoints).Cast<RouteEndpoint>().ToList();

    [Fact]
    public void Every_operation_is_mapped_under_its_pattern_and_aliases_and_nothing_else_is()
    {
        var expected = Operations.All.SelectMany(operation =>
            operation.Aliases.Prepend(operation.Pattern).Select(pattern => $"{operation.Method} {pattern} {operation.Id}"));
        var mapped = Endpoints.Where(endpoint => endpoint.Metadata.GetMetadata<Operation>() is not null).Select(endpoint =>
            $"{string.Join(',', endpoint.Metadata.GetRequiredMetadata<HttpMethodMetadata>().HttpMethods)} {endpoint.RoutePattern.RawText} "
            + endpoint.Metadata.GetRequiredMetadata<Operation>().Id);

        Assert.Equal(expected.Order(StringComparer.Ordinal), mapped.Order(StringComparer.Ordinal));
    }

    [Fact]
    public void Every_other_route_is_declared_too_and_mapped_as_it_is_declared()
    {
        var expected = DeclaredRoutes.All.Where(route => route != DeclaredRoutes.Metrics)
            .SelectMany(route => route.Aliases.Prepend(route.Pattern).Select(pattern => $"{pattern} {route.Id}"));
        var mapped = Endpoints.Where(endpoint => endpoint.Metadata.GetMetadata<Operation>() is null)
            .Select(endpoint => $"{endpoint.RoutePattern.RawText} {endpoint.Metadata.GetRequiredMetadata<DeclaredRoute>().Id}");

        Assert.Equal(expected.Order(StringComparer.Ordinal), mapped.Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task A_server_with_a_route_that_does_not_say_who_may_call_it_does_not_start()
    {
        await using var app = Microsoft.AspNetCore.Builder.WebApplication.CreateSlimBuilder().Build();
        Microsoft.AspNetCore.Builder.EndpointRouteBuilderExtensions.MapGet(app, "/open", (Microsoft.AspNetCore.Http.HttpContext _) => Task.CompletedTask);

        var refused = Assert.Throws<InvalidOperationException>(() => DeclaredRoutes.Demand(app));

        Assert.Contains("/open", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Every_operation_declared_is_in_the_list()
    {
        var declared = typeof(Operations)
            .GetProperties(System.Reflection.BindingFlags.Static | System.Reflection.BindingFlags.Public)
            .Where(property => property.PropertyType == typeof(Operation))
            .Select(property => ((Operation)property.GetValue(null)!).Id);

        Assert.Equal(Operations.All.Select(operation => operation.Id).Order(StringComparer.Ordinal), declared.Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task The_document_that_is_served_has_the_operations_with_their_scopes_and_no_others()
    {
        var document = JsonNode.Parse(await town.Server.Http.GetStringAsync("/v1/spec"))!;
        var found =
            from path in document["paths"]!.AsObject()
            from method in path.Value!.AsObject()
            select $"{method.Key.ToUpperInvariant()} {path.Key} {method.Value!["operationId"]} {ScopeOf(method.Value["security"]!.AsArray())}";
        var expected = Operations.All.Select(operation => $"{operation.Method} {operation.Pattern} {operation.Id} {ScopeOf(operation)}");

        Assert.Equal(expected.Order(StringComparer.Ordinal), found.Order(StringComparer.Ordinal));
    }

    private static string ScopeOf(Operation operation) =>
        (operation.OpenBeforeSetup ? "open|" : "") + operation.Access.ToString().ToLowerInvariant();

    private static string ScopeOf(JsonArray security) => security.Count == 0
        ? "public"
        : string.Join('|', security.Select(way => way!.AsObject() is { Count: > 0 } scheme ? string.Join(',', scheme["bearer"]!.AsArray()) : "open"));
}
