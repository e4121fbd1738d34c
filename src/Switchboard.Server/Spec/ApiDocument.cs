using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Switchboard.Wire;

namespace Switchboard.Server.Spec;

/// <summary>
/// The OpenAPI 3.1 document of this server, made from <see cref="Operations.All"/> and the wire types. Compatible with the
/// Beeper Desktop API in paths, schema names and operations; the words are our own.
/// </summary>
internal static partial class ApiDocument
{
    /// <summary>Version of the API the document describes.</summary>
    public const string Version = "5.0.0";

    private const string Bearer = "bearer";

    private static readonly Type[] Frames =
    [
        typeof(SetSubscriptionsMessage),
        typeof(WSReadyMessage),
        typeof(WSSubscriptionsUpdatedMessage),
        typeof(WSErrorMessage),
        typeof(WSDomainEventMessage),
    ];

    private static readonly Lazy<byte[]> Bytes = new(() => Encoding.UTF8.GetBytes(Build().ToJsonString()));

    /// <summary>The document as UTF-8 JSON; made once, on first use.</summary>
    public static ReadOnlyMemory<byte> Utf8 => Bytes.Value;

    /// <summary>Makes the document.</summary>
    public static JsonObject Build()
    {
        var catalog = new SchemaCatalog();
        var paths = new JsonObject();
        foreach (var operation in Operations.All)
        {
            if (paths[operation.Pattern] is not JsonObject path)
                paths[operation.Pattern] = path = [];
            path[operation.Method.ToLowerInvariant()] = OperationOf(operation, catalog);
        }
        foreach (var type in Frames.Append(typeof(ApiError)).Append(typeof(ValidationDetails)))
            catalog.SchemaOf(type);
        var schemas = catalog.ToComponents();
        foreach (var frame in Frames)
            schemas[frame.Name]!["additionalProperties"] = false;
        return new JsonObject
        {
            ["openapi"] = "3.1.0",
            ["info"] = new JsonObject
            {
                ["title"] = "Switchboard Client API",
                ["description"] = "One API for the chats of all your networks. Compatible with the Beeper Desktop API.",
                ["version"] = Version,
            },
            ["security"] = Security(Scope.Read),
            ["tags"] = new JsonArray([.. Operations.All.Select(o => o.Tag).Distinct().Select(t => new JsonObject { ["name"] = t })]),
            ["paths"] = paths,
            ["components"] = new JsonObject
            {
                ["schemas"] = schemas,
                ["responses"] = ErrorResponses.ToComponents(),
                ["securitySchemes"] = new JsonObject
                {
                    [Bearer] = new JsonObject
                    {
                        ["type"] = "http",
                        ["scheme"] = "bearer",
                        ["description"] = "An access token of this server, with the scope the operation asks for.",
                    },
                },
            },
        };
    }

    private static JsonObject OperationOf(Operation operation, SchemaCatalog catalog)
    {
        var node = new JsonObject
        {
            ["operationId"] = operation.Id,
            ["tags"] = new JsonArray(operation.Tag),
            ["summary"] = operation.Summary,
        };
        if (operation.Description is { } description)
            node["description"] = description;
        var security = Security(operation.Access);
        if (operation.OpenBeforeSetup)
            security.Insert(0, new JsonObject());
        node["security"] = security;
        if (operation.Access is not Scope.Public)
            node["x-required-scope"] = ScopeOf(operation.Access);
        var parameters = Parameters(operation);
        if (parameters.Count > 0)
            node["parameters"] = parameters;
        if (operation.Body is { } body)
            node["requestBody"] = BodyOf(body, catalog);
        node["responses"] = ResponsesOf(operation, catalog);
        return node;
    }

    private static JsonArray Parameters(Operation operation)
    {
        var parameters = new JsonArray();
        foreach (Match match in RouteValue().Matches(operation.Pattern))
        {
            var name = match.Groups[1].Value;
            parameters.Add((JsonNode)new JsonObject
            {
                ["name"] = name,
                ["in"] = "path",
                ["required"] = true,
                ["description"] = PathDescription(name),
                ["schema"] = SchemaNodes.OfType("string"),
            });
        }
        foreach (var query in operation.Query)
        {
            var parameter = new JsonObject { ["name"] = query.Name, ["in"] = "query", ["description"] = query.Description };
            if (query.Required)
                parameter["required"] = true;
            if (query.IsArray)
            {
                parameter["style"] = "form";
                parameter["explode"] = true;
            }
            parameter["schema"] = query.ToSchema();
            parameters.Add((JsonNode)parameter);
        }
        return parameters;
    }

    private static string PathDescription(string name) => name switch
    {
        "accountID" => "Account ID.",
        "bridgeID" => "Bridge ID.",
        "chatID" => "Chat ID, or the chat's local number.",
        "loginID" => "Login ID.",
        "loginSessionID" => "ID of the sign-in.",
        "messageID" => "Message ID, or the network's own event ID.",
        "reactionKey" => "Emoji, shortcode or the network's own key.",
        "stepID" => "Step ID.",
        _ => throw new ArgumentException($"The path parameter {name} has no description.", nameof(name)),
    };

    private static JsonObject BodyOf(RequestBody body, SchemaCatalog catalog) => body switch
    {
        RequestBody.Json json => new JsonObject
        {
            ["required"] = json.Required,
            ["content"] = Content("application/json", catalog.SchemaOf(json.Type)),
        },
        RequestBody.Multipart form => new JsonObject
        {
            ["required"] = true,
            ["content"] = Content("multipart/form-data", FormSchema(form)),
        },
        _ => throw new ArgumentException($"No schema for a body of kind {body.GetType().Name}.", nameof(body)),
    };

    private static JsonObject FormSchema(RequestBody.Multipart form)
    {
        var properties = new JsonObject();
        foreach (var part in form.Parts)
        {
            properties[part.Name] = part.IsFile ? SchemaNodes.OfType("string", "binary") : SchemaNodes.OfType("string");
            properties[part.Name]!["description"] = part.Description;
        }
        return new JsonObject
        {
            ["type"] = "object",
            ["properties"] = properties,
            ["required"] = new JsonArray([.. form.Parts.Where(p => p.Required).Select(p => (JsonNode)p.Name)]),
        };
    }

    private static JsonObject ResponsesOf(Operation operation, SchemaCatalog catalog)
    {
        var success = new JsonObject { ["description"] = operation.ProtocolSwitch ? "The connection is a WebSocket now." : "Done." };
        if (ContentOf(operation.Response, catalog) is { } content)
            success["content"] = content;
        var responses = new JsonObject { [Key(operation.SuccessStatus)] = success };
        foreach (var extra in operation.ExtraStatuses)
        {
            var response = new JsonObject { ["description"] = extra.Description };
            if (extra.HasError)
                response["content"] = Content("application/json", catalog.SchemaOf(typeof(ApiError)));
            else if (extra.Status is 206 && ContentOf(operation.Response, catalog) is { } part)
                response["content"] = part;
            responses[Key(extra.Status)] = response;
        }
        foreach (var status in operation.OnlyServerErrors ? [500] : ErrorResponses.Statuses)
            responses[Key(status)] = ErrorResponses.Reference(status);
        return responses;
    }

    private static JsonObject? ContentOf(ResponseBody? body, SchemaCatalog catalog) => body switch
    {
        null => null,
        ResponseBody.Json json => Content("application/json", catalog.SchemaOf(json.Type)),
        ResponseBody.AnyJson => Content("application/json", SchemaNodes.OfType("object")),
        ResponseBody.Binary => Content("application/octet-stream", SchemaNodes.OfType("string", "binary")),
        _ => throw new ArgumentException($"No schema for a body of kind {body.GetType().Name}.", nameof(body)),
    };

    private static JsonObject Content(string mediaType, JsonObject schema) =>
        new() { [mediaType] = new JsonObject { ["schema"] = schema } };

    private static JsonArray Security(Scope access) =>
        access is Scope.Public ? [] : new JsonArray(new JsonObject { [Bearer] = new JsonArray(ScopeOf(access)) });

    private static string ScopeOf(Scope access) => access is Scope.Read ? "read" : "write";

    private static string Key(int status) => status.ToString(CultureInfo.InvariantCulture);

    [GeneratedRegex(@"\{(\w+)\}")]
    private static partial Regex RouteValue();
}
