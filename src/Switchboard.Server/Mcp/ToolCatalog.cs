namespace Switchboard.Server.Mcp;

/// <summary>What carries out each tool.</summary>
internal sealed class ToolCatalog(AccountTools accounts, ChatTools chats, MessageTools messages)
{
    private readonly Dictionary<string, ToolHandler> handlers = accounts.Handlers.Concat(chats.Handlers).Concat(messages.Handlers)
        .ToDictionary(pair => pair.Key.Name, pair => pair.Value, StringComparer.Ordinal);

    /// <summary>What carries out a tool.</summary>
    public ToolHandler this[ToolDefinition tool] => handlers[tool.Name];

    /// <summary>The names of the tools that are carried out.</summary>
    public IEnumerable<string> Names => handlers.Keys;
}
