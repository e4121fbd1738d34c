using System.CommandLine;
using System.Globalization;
using Spectre.Console;
using Switchboard.Core;
using Switchboard.Core.Access;
using Switchboard.Server.Hosting;
using Switchboard.Server.Mcp;

namespace Switchboard.Server.Commands;

/// <summary><c>switchboard token …</c>: making, listing and revoking access tokens, also while the server runs.</summary>
internal static class TokenCommands
{
    /// <summary>Makes the command.</summary>
    public static Command Make() => new("token", "Make, list and revoke access tokens.") { Create(), List(), Revoke() };

    private static Command Create()
    {
        var (dataDir, json) = (CommonOptions.DataDir(), CommonOptions.Json());
        var name = new Option<string>("--name") { Description = "What the token is for.", Required = true };
        var scopes = new Option<string>("--scopes")
        {
            Description = "read, write, or read,write.",
            DefaultValueFactory = _ => "read",
        };
        var accounts = new Option<string[]>("--account") { Description = "Limit it to this account id; may be repeated.", DefaultValueFactory = _ => [] };
        var chats = new Option<string[]>("--chat") { Description = "Limit it to this chat id or local chat id; may be repeated.", DefaultValueFactory = _ => [] };
        var expires = new Option<string?>("--expires") { Description = "How long it lives, such as 30d, 12h, 15m or 90s; without it, for ever." };
        var tools = new Option<string[]>("--tool")
        {
            Description = "Offer it only this MCP tool; may be repeated.",
            DefaultValueFactory = _ => [],
        };
        var command = new Command("create", "Make an access token. Its secret is shown once.")
        {
            name, scopes, accounts, chats, tools, expires, dataDir, json,
        };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            var life = parsed.GetValue(expires) is { } text ? Life(text) : (TimeSpan?)null;
            var offered = parsed.GetValue(tools) is { Length: > 0 } named ? named : null;
            _ = new ToolPolicy(readOnly: false, offered);
            await using var database = DataFolder.Existing(parsed.GetValue(dataDir)!).OpenForCommand();
            var (token, secret) = await new Tokens(database, TimeProvider.System).CreateAsync(
                new TokenRequest(
                    parsed.GetValue(name)!, parsed.GetValue(scopes)!.Split([',', ' '], StringSplitOptions.RemoveEmptyEntries),
                    parsed.GetValue(accounts)!, parsed.GetValue(chats)!, life)
                {
                    McpTools = offered,
                },
                cancellationToken);
            await AuditCommand.NoteAsync(database, "createToken", token.Id, cancellationToken);
            if (parsed.GetValue(json))
                CommandJson.Print(TokenOutput.Of(token) with { Token = secret });
            else
                Show(token, secret);
            return 0;
        });
        return command;
    }

    private static Command List()
    {
        var (dataDir, json) = (CommonOptions.DataDir(), CommonOptions.Json());
        var command = new Command("list", "List all tokens; never their secrets.") { dataDir, json };
        command.SetAction(async (parsed, _) =>
        {
            await using var database = DataFolder.Existing(parsed.GetValue(dataDir)!).OpenForCommand();
            var tokens = new Tokens(database, TimeProvider.System).List();
            if (parsed.GetValue(json))
                CommandJson.Print(new TokenListOutput(tokens.Select(TokenOutput.Of).ToList()));
            else
                Show(tokens);
            return 0;
        });
        return command;
    }

    private static Command Revoke()
    {
        var (dataDir, json) = (CommonOptions.DataDir(), CommonOptions.Json());
        var id = new Argument<string>("id") { Description = "The token's id, as token list shows it, or its name if only one has it." };
        var command = new Command("revoke", "End a token at once.") { id, dataDir, json };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            var folder = DataFolder.Existing(parsed.GetValue(dataDir)!);
            await using var database = folder.OpenForCommand();
            var name = parsed.GetValue(id)!;
            var tokens = new Tokens(database, TimeProvider.System);
            var all = tokens.List();
            var called = all.Where(token => token.Name == name && token.RevokedAt is null).ToList();
            var meant = all.FirstOrDefault(token => token.Id == name) ?? (called.Count == 1 ? called[0] : null);
            if (meant is null && called.Count > 1)
                throw new StartRefusedException(Ambiguous(name, called, folder));
            if (!await tokens.RevokeAsync(name, cancellationToken))
                throw RefusedException.NotFound("Token", name);
            await AuditCommand.NoteAsync(database, "revokeToken", meant?.Id, cancellationToken);
            if (parsed.GetValue(json))
                CommandJson.Print(new RevokeOutput(name, "revoked"));
            else
                Console.WriteLine($"Token {name} is revoked.");
            return 0;
        });
        return command;
    }

    private static string Ambiguous(string name, List<TokenInfo> tokens, DataFolder folder) =>
        $"{tokens.Count} tokens are called {name}, and none was revoked. Name one by its id: "
        + $"{CommandHint.Of($"token revoke {tokens[0].Id}", folder.Path)}"
        + string.Concat(tokens.Select(token =>
            $"\n  {token.Id}  {Reach(token)}, made {Day(token.CreatedAt)}, "
            + $"{(token.LastUsedAt is { } used ? $"last used {Day(used)}" : "never used")}, {Ending(token)}"));

    private static void Show(TokenInfo token, string secret)
    {
        Console.WriteLine(secret);
        Terminal.Out.MarkupLineInterpolated($"[grey]Token {token.Id} ({token.Name}), {Reach(token)}, {Ending(token)}. The line above is shown only once.[/]");
    }

    private static void Show(IReadOnlyList<TokenInfo> tokens)
    {
        var table = new Table().RoundedBorder()
            .AddColumn("Id", column => column.NoWrap()).AddColumns("Name", "May", "Made", "Last used", "State");
        foreach (var token in tokens)
        {
            table.AddRow(
                new Text(token.Id), new Text(token.Name), new Text(Reach(token)), new Text(Day(token.CreatedAt)),
                new Text(token.LastUsedAt is { } used ? Day(used) : "never"),
                new Text(Ending(token), new Style(token.RevokedAt is null ? null : Color.Red)));
        }

        Terminal.Out.Write(table);
    }

    private static string Reach(TokenInfo token)
    {
        var limits = (token.Accounts ?? []).Select(account => $"account {account}").Concat((token.Chats ?? []).Select(chat => $"chat {chat}")).ToList();
        var reach = token.Scopes.Replace(" ", " and ", StringComparison.Ordinal);
        return token.Accounts is null && token.Chats is null ? reach : $"{reach} in {(limits.Count == 0 ? "nothing that is left" : string.Join(", ", limits))}";
    }

    private static string Ending(TokenInfo token) => token switch
    {
        { RevokedAt: { } revoked } => $"revoked {Day(revoked)}",
        { ExpiresAt: { } expires } when expires <= TimeProvider.System.GetUtcNow() => $"expired {Day(expires)}",
        { ExpiresAt: { } expires } => $"until {Day(expires)}",
        _ => "never expires",
    };

    private static string Day(DateTimeOffset time) => time.UtcDateTime.ToString("yyyy-MM-dd HH:mm", CultureInfo.InvariantCulture);

    private static TimeSpan Life(string text)
    {
        var unit = text.Length > 1 ? text[^1] : ' ';
        if (!double.TryParse(text.AsSpan(0, Math.Max(0, text.Length - 1)), NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var number)
            || number <= 0 || number > 100_000)
        {
            unit = ' ';
        }

        return unit switch
        {
            'd' => TimeSpan.FromDays(number),
            'h' => TimeSpan.FromHours(number),
            'm' => TimeSpan.FromMinutes(number),
            's' => TimeSpan.FromSeconds(number),
            _ => throw new StartRefusedException($"--expires takes a number with d, h, m or s, such as 30d, not {text}."),
        };
    }
}
