using System.Globalization;
using System.Text.Json.Nodes;

namespace Switchboard.Server.Spec;

/// <summary>The error answers every operation can give (rest.md §1.4), as components of the document.</summary>
internal static class ErrorResponses
{
    private static readonly (int Status, string Name, string Description)[] All =
    [
        (400, "BadRequest", "The request cannot be understood, or the network cannot do it."),
        (401, "Unauthorized", "The token is missing, unknown, expired or revoked."),
        (403, "Forbidden", "The token lacks the scope."),
        (404, "NotFound", "What the request names does not exist, or lies outside the token's reach."),
        (409, "Conflict", "The present state does not allow it."),
        (422, "Invalid", "A value breaks a rule; details.issues says which."),
        (429, "TooManyRequests", "Too many requests; Retry-After says when to come back."),
        (500, "InternalError", "The server failed."),
        (502, "BadGateway", "The network behind the account failed."),
    ];

    /// <summary>The statuses, in order.</summary>
    public static IEnumerable<int> Statuses => All.Select(e => e.Status);

    /// <summary>A pointer to the answer for a status.</summary>
    /// <param name="status">One of <see cref="Statuses"/>.</param>
    public static JsonObject Reference(int status) =>
        new() { ["$ref"] = $"#/components/responses/{All.Single(e => e.Status == status).Name}" };

    /// <summary>The answers, by name.</summary>
    public static JsonObject ToComponents()
    {
        var components = new JsonObject();
        foreach (var (status, name, description) in All)
        {
            components[name] = new JsonObject
            {
                ["description"] = string.Create(CultureInfo.InvariantCulture, $"{status}: {description}"),
                ["content"] = new JsonObject
                {
                    ["application/json"] = new JsonObject { ["schema"] = SchemaNodes.Reference("Error") },
                },
            };
        }
        return components;
    }
}
