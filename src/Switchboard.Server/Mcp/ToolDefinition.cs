using System.Text.Json;
using System.Text.Json.Nodes;
using ModelContextProtocol.Protocol;
using Switchboard.Server.Spec;

namespace Switchboard.Server.Mcp;

/// <summary>
/// One tool as clients see it, and what a call of it needs. Declared by hand in <see cref="Tools"/>, so that nothing is found
/// out by reflection.
/// </summary>
internal sealed record ToolDefinition
{
    /// <summary>Its name (mcp.md §2).</summary>
    public required string Name { get; init; }

    /// <summary>Its name for people.</summary>
    public required string Title { get; init; }

    /// <summary>What the model is told.</summary>
    public required string Description { get; init; }

    /// <summary>The scope that a call needs.</summary>
    public required Scope Access { get; init; }

    /// <summary>It may take away what was there.</summary>
    public bool IsDestructive { get; init; }

    /// <summary>A second call with the same arguments changes nothing more.</summary>
    public bool IsIdempotent { get; init; }

    /// <summary>What it does reaches other people.</summary>
    public bool ReachesOthers { get; init; }

    /// <summary>Its parameters.</summary>
    public IReadOnlyList<ToolParameter> Parameters { get; init; } = [];

    /// <summary>The JSON schema of its structured result.</summary>
    public required JsonObject Output { get; init; }

    /// <summary>Whether it changes nothing.</summary>
    public bool IsReadOnly => Access == Scope.Read;

    /// <summary>As <c>tools/list</c> shows it; made once.</summary>
    public Tool Shown => field ??= new Tool
    {
        Name = Name,
        Title = Title,
        Description = Description,
        InputSchema = ToElement(ToolParameter.ToSchema(Parameters)),
        OutputSchema = ToElement(Output),
        Annotations = new ToolAnnotations
        {
            Title = Title,
            ReadOnlyHint = IsReadOnly,
            DestructiveHint = IsDestructive,
            IdempotentHint = IsReadOnly || IsIdempotent,
            OpenWorldHint = ReachesOthers,
        },
    };

    private static JsonElement ToElement(JsonObject json) => JsonElement.Parse(json.ToJsonString());
}
