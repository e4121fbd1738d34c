using Switchboard.Server.Hosting;

namespace Switchboard.Server.Mcp;

/// <summary>Which tools are offered: by the setting of the server, and further by the token. What is not offered refuses calls too.</summary>
internal sealed class ToolPolicy
{
    private readonly HashSet<string> offered;

    /// <summary>Makes the policy of a server.</summary>
    /// <param name="readOnly">Whether only tools that change nothing are offered.</param>
    /// <param name="names">The only tools to offer; <c>null</c> means all.</param>
    /// <exception cref="StartRefusedException">There is no tool of one of the names.</exception>
    public ToolPolicy(bool readOnly, IReadOnlyList<string>? names)
    {
        if (Unknown(names) is { } unknown)
            throw new StartRefusedException($"There is no MCP tool {unknown}. There are: {string.Join(", ", Tools.All.Select(tool => tool.Name))}.");
        offered = Tools.All
            .Where(tool => (!readOnly || tool.IsReadOnly) && names?.Contains(tool.Name) != false)
            .Select(tool => tool.Name)
            .ToHashSet(StringComparer.Ordinal);
    }

    /// <summary>The first name that no tool has.</summary>
    public static string? Unknown(IReadOnlyList<string>? names) => names?.FirstOrDefault(name => Tools.Find(name) is null);

    /// <summary>Whether the server offers a tool at all.</summary>
    public bool Offers(string tool) => offered.Contains(tool);

    /// <summary>Whether a tool is offered to this caller.</summary>
    public bool Offers(string tool, Core.Access.Access access) => Offers(tool) && access.McpTools?.Contains(tool) != false;
}
