using System.Text.Json;
using Switchboard.Matrix.Sync;
using Switchboard.Sqlite;

namespace Switchboard.Matrix.Store;

internal static class PushRuleSql
{
    private const int Largest = 4 * 1024 * 1024;
    private static readonly JsonDocumentOptions Options = new() { MaxDepth = int.MaxValue };

    extension(Db db)
    {
        /// <summary>Keeps <c>m.push_rules</c>.</summary>
        public void SavePushRules(JsonElement content) => db.Execute(
            "UPDATE login SET push_rules = $rules WHERE push_rules IS NOT $rules",
            ("$rules", content.ValueKind == JsonValueKind.Object && TextOf(content) is { Length: <= Largest } text ? text : null));

        /// <summary>What the owner's push rules point out.</summary>
        public HighlightRules Highlights()
        {
            if (db.QueryText("SELECT push_rules FROM login") is not { } text)
                return HighlightRules.None;
            using var rules = JsonDocument.Parse(text, Options);
            return HighlightRules.Read(rules.RootElement);
        }
    }

    private static string? TextOf(JsonElement content)
    {
        try
        {
            return content.GetRawText();
        }
        catch (InvalidOperationException)
        {
            // Bytes that are no UTF-8: no rules rather than a sync that fails at them again and again.
            return null;
        }
    }
}
