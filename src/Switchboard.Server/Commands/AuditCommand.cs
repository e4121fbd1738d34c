using System.CommandLine;
using System.Globalization;
using Microsoft.Extensions.Logging.Abstractions;
using Spectre.Console;
using Switchboard.Core.Audit;
using Switchboard.Server.Hosting;
using Switchboard.Server.Http;
using Switchboard.Server.Web;
using Switchboard.Sqlite;

namespace Switchboard.Server.Commands;

/// <summary><c>switchboard audit</c>: what each connection changed and how much it read.</summary>
internal static class AuditCommand
{
    /// <summary>Makes the command.</summary>
    public static Command Make()
    {
        var (dataDir, json) = (CommonOptions.DataDir(), CommonOptions.Json());
        var connection = new Option<string?>("--connection") { Description = "Only this token id, as token list shows it; cli for the command line." };
        var action = new Option<string?>("--action") { Description = "Only this action, such as sendMessage." };
        var from = new Option<string?>("--from") { Description = "Not before this time (ISO 8601)." };
        var to = new Option<string?>("--to") { Description = "Before this time (ISO 8601)." };
        var limit = new Option<int>("--limit") { Description = $"Lines at most, to {AuditLog.PageAtMost}.", DefaultValueFactory = _ => 50 };
        var command = new Command("audit", "Show what each connection changed, line by line, and how much it read, by the hour.")
        {
            connection, action, from, to, limit, dataDir, json,
        };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            var filter = new AuditFilter
            {
                Token = parsed.GetValue(connection),
                Action = parsed.GetValue(action),
                From = Time("--from", parsed.GetValue(from)),
                To = Time("--to", parsed.GetValue(to)),
            };
            await using var database = DataFolder.Existing(parsed.GetValue(dataDir)!).OpenForCommand();
            var (items, hasMore) = await LogOf(database).ListAsync(
                filter, null, Math.Clamp(parsed.GetValue(limit), 1, AuditLog.PageAtMost), cancellationToken);
            var lines = items.Select(AuditOutput.Of).ToList();
            if (parsed.GetValue(json))
                CommandJson.Print(new AuditPageOutput(lines, hasMore, lines.Count == 0 ? null : lines[^1].Id));
            else
                Show(lines);
            return 0;
        });
        return command;
    }

    /// <summary>Notes what the command line did.</summary>
    /// <param name="database">Where to.</param>
    /// <param name="action">What.</param>
    /// <param name="subject">Public id of the token it was about, if it was about one.</param>
    /// <param name="cancellationToken">Gives up waiting for its turn.</param>
    public static Task NoteAsync(Database database, string action, string? subject, CancellationToken cancellationToken)
    {
        var log = LogOf(database);
        log.Note(new AuditChange(0, AuditSurface.Cli, action) { Subject = subject });
        return log.FlushAsync(cancellationToken);
    }

    private static AuditLog LogOf(Database database) => new(database, TimeProvider.System, NullLogger<AuditLog>.Instance);

    private static void Show(IReadOnlyList<AuditOutput> lines)
    {
        var table = new Table().RoundedBorder().AddColumns("When", "Who", "By", "What", "Where", "Outcome");
        foreach (var line in lines)
        {
            var what = line.Count is { } count ? string.Create(CultureInfo.InvariantCulture, $"{line.Action} × {count}") : line.Action;
            var at = line.Count is null ? line.At : $"in the hour from {line.At}";
            table.AddRow(
                new Text(at), new Text(line.Connection.Name), new Text(line.Surface), new Text(what),
                new Text(line.ChatId ?? line.AccountId ?? line.Subject ?? ""), new Text(line.Outcome));
        }

        Terminal.Out.Write(table);
    }

    private static DateTimeOffset? Time(string option, string? text) => text is null ? null
        : WireTime.TryRead(text, out var time) ? time
        : throw new StartRefusedException($"{option} takes a time such as 2026-03-04T05:06:07Z, not {text}.");
}
