using System.Globalization;
using System.Text.Json.Serialization;
using Switchboard.Core;
using Switchboard.Core.Audit;
using Switchboard.Server.Http;
using Switchboard.Server.Spec;
using Switchboard.Wire;

namespace Switchboard.Server.Web;

/// <summary>Whose doing a line is.</summary>
internal sealed record AuditConnectionOutput(string Id, string Name);

/// <summary>A line of the audit log.</summary>
internal sealed record AuditOutput(
    string Id, string At, AuditConnectionOutput Connection, string Surface, string Action,
    [property: JsonPropertyName("chatID")] string? ChatId, [property: JsonPropertyName("accountID")] string? AccountId,
    [property: JsonPropertyName("messageID")] string? MessageId, string? Subject, string Outcome, long? Count)
{
    /// <summary>The line as it is shown.</summary>
    public static AuditOutput Of(AuditEntry entry) => new(
        entry.Key.ToString(CultureInfo.InvariantCulture), TimestampConverter.Text(entry.At),
        new AuditConnectionOutput(entry.TokenId ?? "cli", entry.TokenName ?? "Command line"),
        entry.Surface.ToString().ToLowerInvariant(), entry.Action, entry.Chat, entry.Account, entry.Message,
        entry.Subject, entry.Outcome, entry.Count);
}

/// <summary>A page of the audit log.</summary>
internal sealed record AuditPageOutput(IReadOnlyList<AuditOutput> Items, bool HasMore, string? Cursor);

/// <summary>Who did what.</summary>
internal sealed class AuditApi(AuditLog log)
{
    private const int Standard = 50;

    /// <summary>Maps the route.</summary>
    public void Map(Routes routes) => WebJson.Map(routes, DeclaredRoutes.ListAudit, ListAsync);

    private async Task<AuditPageOutput> ListAsync(ApiRequest request, CancellationToken cancellationToken)
    {
        var filter = new AuditFilter
        {
            Token = request.Text("connection"),
            Action = request.Text("action"),
            From = request.Time("from"),
            To = request.Time("to"),
        };
        var limit = request.Whole("limit", 1, AuditLog.PageAtMost) ?? Standard;
        request.Check();
        long? before = null;
        if (request.Text("cursor") is { } cursor)
        {
            before = long.TryParse(cursor, NumberStyles.None, CultureInfo.InvariantCulture, out var key)
                ? key
                : throw new RefusedException(Refusal.InvalidCursor, "This cursor is not one of this list.");
        }

        var (items, hasMore) = await log.ListAsync(filter, before, limit, cancellationToken);
        return new AuditPageOutput(
            items.Select(AuditOutput.Of).ToList(), hasMore, items.Count == 0 ? null : items[^1].Key.ToString(CultureInfo.InvariantCulture));
    }
}
