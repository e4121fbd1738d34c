using System.Text.Json;
using System.Text.Json.Nodes;
using ModelContextProtocol;
using ModelContextProtocol.Protocol;
using Switchboard.Core;
using Switchboard.Core.Audit;
using Switchboard.Core.Chats;
using Switchboard.Core.Paging;
using Switchboard.Server.Http;
using Switchboard.Server.Spec;

namespace Switchboard.Server.Mcp;

/// <summary>
/// The one way from a call to its result: is the tool offered, may this caller use it, are the arguments good. What is refused
/// is a result with <c>isError</c> and the error that REST would give, so that a model can mend it; only a tool that is not
/// offered is an error of the protocol (mcp.md §3).
/// </summary>
internal sealed partial class ToolRunner(ToolCatalog catalog, ToolPolicy policy, Chats chats, AuditLog audit, ILogger<ToolRunner> logger)
{
    private const int Candidates = 10;

    /// <summary>The tools that a caller is shown.</summary>
    public ListToolsResult List(Core.Access.Access access) => new()
    {
        Tools = [.. Tools.All.Where(tool => policy.Offers(tool.Name, access)).Select(tool => tool.Shown)],
        CacheScope = CacheScope.Private,
        TimeToLive = TimeSpan.Zero,
    };

    /// <summary>Carries out a call.</summary>
    /// <exception cref="McpProtocolException">The tool is not offered.</exception>
    public async ValueTask<CallToolResult> CallAsync(
        Core.Access.Access access, string baseUrl, CallToolRequestParams? given, CancellationToken cancellationToken)
    {
        if (given?.Name is not { } name || Tools.Find(name) is not { } tool || !policy.Offers(name, access))
            throw new McpProtocolException("This server offers no tool of that name. See tools/list.", McpErrorCode.InvalidParams);
        var (result, refusal) = ((CallToolResult?)null, (ErrorAnswer?)Cancelled);
        try
        {
            (result, refusal) = await RunAsync(tool, access, baseUrl, given, cancellationToken);
            return result;
        }
        finally
        {
            // Also of a caller that went away: what it began may have happened.
            Note(access, tool, given, result, refusal);
        }
    }

    private static ErrorAnswer Cancelled => new(StatusCodes.Status499ClientClosedRequest, ApiErrors.CancelledCode, "");

    private async Task<(CallToolResult Result, ErrorAnswer? Refusal)> RunAsync(
        ToolDefinition tool, Core.Access.Access access, string baseUrl, CallToolRequestParams given, CancellationToken cancellationToken)
    {
        if (!(tool.Access == Scope.Write ? access.CanWrite : access.CanRead))
        {
            var scope = tool.Access == Scope.Write ? "write" : "read";
            return Refuse(new ErrorAnswer(403, "insufficient_scope", $"This access token lacks the scope {scope}, which {tool.Name} needs."));
        }

        try
        {
            var arguments = ToolArguments.Read(tool, given.Arguments);
            return (Accept(await catalog[tool](new ToolCall(access, baseUrl, arguments), cancellationToken)), null);
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            throw;
        }
        catch (RefusedException refused) when (refused.Reason == Refusal.NotFound && Asked(given) is { } asked && Mentions(refused, asked))
        {
            return Refuse(new ErrorAnswer(404, "not_found", refused.Message + WithTitle(access, asked)));
        }
        catch (Exception error)
        {
            var answer = ApiErrors.Describe(error);
            if (answer.Status >= 500)
                LogFailed(logger, tool.Name, answer.Status, error);
            return Refuse(answer);
        }
    }

    /// <summary>Before the caller knows of a change, it is on its way to the audit log.</summary>
    private void Note(
        Core.Access.Access access, ToolDefinition tool, CallToolRequestParams given, CallToolResult? result, ErrorAnswer? refusal)
    {
        if (refusal is { ChangedNothing: true })
        {
            audit.Count(access, AuditSurface.Mcp, tool.Name, outcome: refusal.Code);
            return;
        }

        if (tool.IsReadOnly)
        {
            if (refusal is null)
                audit.Count(access, AuditSurface.Mcp, tool.Name);
            return;
        }

        audit.Note(new AuditChange(access.Token, AuditSurface.Mcp, tool.Name, refusal?.Code ?? AuditChange.Done)
        {
            Account = Given("accountID"),
            Chat = Given("chatID") ?? Made("chat", "id"),
            Message = Given("messageID") ?? Made("pendingMessageID"),
        });

        string? Given(string name) => given.Arguments?.TryGetValue(name, out var value) == true ? Text(value) : null;

        string? Made(params ReadOnlySpan<string> path)
        {
            var at = result?.StructuredContent;
            foreach (var name in path)
            {
                at = at is { ValueKind: JsonValueKind.Object } json && json.TryGetProperty(name, out var inner) ? inner : null;
            }

            return at is { } found ? Text(found) : null;
        }

        static string? Text(JsonElement value) => value.ValueKind == JsonValueKind.String && value.GetString() is { Length: < 500 } text ? text : null;
    }

    private static CallToolResult Accept(ToolAnswer answer)
    {
        var notice = answer.Structured.ContainsKey("notice") ? $"({ToolText.Notice})\n\n" : "";
        var result = new CallToolResult
        {
            Content = [new TextContentBlock { Text = notice + answer.Text }],
            StructuredContent = JsonElement.Parse(answer.Structured.ToJsonString()),
        };
        if (answer.Link is { } link)
            result.Content.Add(link);
        return result;
    }

    private static (CallToolResult Result, ErrorAnswer? Refusal) Refuse(ErrorAnswer error)
    {
        var issues = error.Issues is { Count: > 1 } all
            ? string.Concat(all.Select(issue => $"\n- {string.Join('.', issue.Path)}: {issue.Message}"))
            : "";
        var result = new CallToolResult
        {
            IsError = true,
            Content = [new TextContentBlock { Text = $"{error.Code}: {error.Message}{issues}" }],
            Meta = new JsonObject { ["org.switchboard.chat/error"] = new JsonObject { ["code"] = error.Code, ["status"] = error.Status } },
        };
        return (result, error);
    }

    /// <summary>The chat that a call names, if by something that is no id.</summary>
    private static string? Asked(CallToolRequestParams given) =>
        given.Arguments?.TryGetValue("chatID", out var chat) == true && chat.ValueKind == JsonValueKind.String
        && chat.GetString() is { Length: > 0 and <= 200 } text && text[0] != '!' && !text.All(char.IsAsciiDigit)
            ? text
            : null;

    private static bool Mentions(RefusedException refused, string asked) =>
        refused.Message.StartsWith("Chat not found", StringComparison.Ordinal)
        && refused.Message.Contains(asked[..Math.Min(asked.Length, 50)], StringComparison.Ordinal);

    /// <summary>Chats that are called what somebody took for an id. Which is meant is not ours to decide.</summary>
    private string WithTitle(Core.Access.Access access, string title)
    {
        if (!access.CanRead)
            return "";
        var found = chats.Search(access, new ChatFilter { Query = title }, new PageRequest(null, PageDirection.Before, Candidates)).Items;
        return " A chat is named by its ID, not by its title." + (found.Count == 0
            ? " Find it with search_chats."
            : $" Ask the user which is meant. {ToolText.Notice}" + string.Concat(found.Select(chat =>
                $"\n- chatID `{chat.Key}`: {ToolText.Name(chat.Title)} on {ToolText.Name(chat.Network)}, account `{chat.AccountId}`")));
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "Tool {Tool} failed with {Status}")]
    private static partial void LogFailed(ILogger logger, string tool, int status, Exception error);
}
