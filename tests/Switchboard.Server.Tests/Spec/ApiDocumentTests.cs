using System.Reflection;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Switchboard.Server.Spec;
using Xunit;

namespace Switchboard.Server.Tests.Spec;

public sealed partial class ApiDocumentTests
{
    private static readonly JsonObject Document = JsonNode.Parse(ApiDocument.Utf8.Span)!.AsObject();

    [Fact]
    public void All_operations_are_listed_once()
    {
        var declared = typeof(Operations).GetProperties(BindingFlags.Public | BindingFlags.Static)
            .Where(p => p.PropertyType == typeof(Operation))
            .ToDictionary(p => p.Name, p => (Operation)p.GetValue(null)!);

        Assert.NotEmpty(declared);
        Assert.Equal(declared.Keys.Order(), Operations.All.Select(o => char.ToUpperInvariant(o.Id[0]) + o.Id[1..]).Order());
        Assert.All(declared, entry => Assert.Contains(entry.Value, Operations.All));
        Assert.Distinct(Operations.All.Select(o => $"{o.Method} {o.Pattern}"));
    }

    [Fact]
    public void The_document_holds_every_operation_under_its_path_and_method() => Assert.All(Operations.All, operation =>
        Assert.Equal(operation.Id, PathOf(operation)["operationId"]!.GetValue<string>()));

    [Fact]
    public void It_says_what_it_is()
    {
        Assert.Equal("3.1.0", Document["openapi"]!.GetValue<string>());
        Assert.Equal("5.0.0", Document["info"]!["version"]!.GetValue<string>());
        Assert.Equal("bearer", Document["components"]!["securitySchemes"]!["bearer"]!["scheme"]!.GetValue<string>());
    }

    [Fact]
    public void Every_pointer_leads_somewhere()
    {
        var pointers = Descendants(Document).OfType<JsonObject>().Select(o => o["$ref"]).OfType<JsonValue>().ToList();

        Assert.NotEmpty(pointers);
        Assert.All(pointers.Select(p => p.GetValue<string>()), pointer =>
        {
            Assert.StartsWith("#/components/", pointer, StringComparison.Ordinal);
            JsonNode? target = Document;
            foreach (var part in pointer.Split('/').Skip(1))
                target = target?[part];
            Assert.NotNull(target);
        });
    }

    [Fact]
    public void Every_path_parameter_is_declared_and_no_other() => Assert.All(Operations.All, operation =>
    {
        var declared = Parameters(operation).Where(p => p["in"]!.GetValue<string>() is "path").ToList();
        var inPattern = RouteValue().Matches(operation.Pattern).Select(m => m.Groups[1].Value);

        Assert.Equal(inPattern, declared.Select(p => p["name"]!.GetValue<string>()));
        Assert.All(declared, p => Assert.True(p["required"]!.GetValue<bool>()));
    });

    [Fact]
    public void Every_operation_declares_success_and_the_errors() => Assert.All(Operations.All, operation =>
    {
        var responses = PathOf(operation)["responses"]!.AsObject().Select(r => r.Key).ToList();
        var errors = operation.OnlyServerErrors ? ["500"] : new[] { "400", "401", "403", "404", "409", "422", "429", "500", "502" };

        Assert.Contains(responses, r => r is "200" or "204" or "101");
        Assert.Superset(errors.ToHashSet(), responses.ToHashSet());
    });

    [Theory]
    [InlineData("archiveChat", "204")]
    [InlineData("setReminder", "204")]
    [InlineData("clearReminder", "204")]
    [InlineData("deleteMessage", "204")]
    [InlineData("setTyping", "204")]
    [InlineData("removeAccount", "204")]
    [InlineData("headAsset", "200")]
    [InlineData("connectEvents", "101")]
    [InlineData("sendMessage", "200")]
    [InlineData("serveAsset", "206")]
    [InlineData("serveAsset", "412")]
    [InlineData("serveAsset", "416")]
    [InlineData("uploadAsset", "413")]
    public void An_operation_can_answer(string id, string status) =>
        Assert.True(PathOf(Operations.All.Single(o => o.Id == id))["responses"]!.AsObject().ContainsKey(status));

    [Fact]
    public void The_scope_is_said_twice_and_the_same() => Assert.All(Operations.All, operation =>
    {
        var node = PathOf(operation);
        var scopes = node["security"]!.AsArray().SelectMany(s => s!["bearer"]?.AsArray() ?? []).Select(s => s!.GetValue<string>());
        string[] expected = operation.Access is Scope.Public ? [] : [operation.Access is Scope.Read ? "read" : "write"];

        Assert.Equal(expected, scopes);
        Assert.Equal(expected.SingleOrDefault(), node["x-required-scope"]?.GetValue<string>());
    });

    [Fact]
    public void Reading_needs_read_and_changing_needs_write()
    {
        string[] readingPosts = ["downloadAsset"];
        Assert.All(Operations.All.Where(o => o.Access is not Scope.Public), operation => Assert.Equal(
            operation.Method is "GET" or "HEAD" || readingPosts.Contains(operation.Id) ? Scope.Read : Scope.Write, operation.Access));
        Assert.Equal(["getInfo", "getSpec"], Operations.All.Where(o => o.Access is Scope.Public).Select(o => o.Id));
    }

    [Fact]
    public void Queries_state_their_bounds()
    {
        var limit = Parameters(Operations.SearchChats).Single(p => p["name"]!.GetValue<string>() is "limit")["schema"]!;
        var accounts = Parameters(Operations.ListChats).Single(p => p["name"]!.GetValue<string>() is "accountIDs");

        Assert.Equal("""{"type":"integer","minimum":1,"maximum":200,"default":50}""", limit.ToJsonString());
        Assert.Equal("""{"type":"array","items":{"type":"string"}}""", accounts["schema"]!.ToJsonString());
        Assert.True(accounts["explode"]!.GetValue<bool>());
    }

    private static JsonObject PathOf(Operation operation) =>
        Document["paths"]![operation.Pattern]![operation.Method.ToLowerInvariant()]!.AsObject();

    private static IEnumerable<JsonObject> Parameters(Operation operation) =>
        PathOf(operation)["parameters"]?.AsArray().Select(p => p!.AsObject()) ?? [];

    private static IEnumerable<JsonNode> Descendants(JsonNode node)
    {
        yield return node;
        var children = node switch
        {
            JsonObject o => o.Select(p => p.Value),
            JsonArray a => a,
            _ => [],
        };
        foreach (var below in children.OfType<JsonNode>().SelectMany(Descendants))
            yield return below;
    }

    [GeneratedRegex(@"\{(\w+)\}")]
    private static partial Regex RouteValue();
}
