using System.Text.Json.Nodes;
using ModelContextProtocol.Protocol;
using Switchboard.Core.Paging;
using Switchboard.Server.Http;

namespace Switchboard.Server.Mcp;

/// <summary>A call of a tool on its way to what carries it out.</summary>
/// <param name="Access">What the caller may do.</param>
/// <param name="BaseUrl">The address by which the caller reached us.</param>
/// <param name="Arguments">Its arguments; problems with them are noted there.</param>
internal sealed record ToolCall(Core.Access.Access Access, string BaseUrl, BodyReader Arguments)
{
    /// <summary>Cursor, direction and limit.</summary>
    public PageRequest Page(int standard, int most) => new(
        Arguments.Text("cursor", most: 1000),
        Arguments.OneOf("direction", ("before", PageDirection.Before), ("after", PageDirection.After)) ?? PageDirection.Before,
        Arguments.Whole("limit", 1, most) ?? standard);
}

/// <summary>What a tool answers.</summary>
/// <param name="Text">Short Markdown.</param>
/// <param name="Structured">The same for programs, by the tool's output schema.</param>
internal sealed record ToolAnswer(string Text, JsonObject Structured)
{
    /// <summary>A file that the answer points to.</summary>
    public ResourceLinkBlock? Link { get; init; }
}

/// <summary>Carries out a tool.</summary>
internal delegate Task<ToolAnswer> ToolHandler(ToolCall call, CancellationToken cancellationToken);
