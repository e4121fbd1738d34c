using Switchboard.Core.Access;
using Switchboard.Core.Audit;
using Switchboard.Core.Tests.Access;
using Xunit;

namespace Switchboard.Core.Tests.Audit;

/// <summary>Changes line by line, reads by the hour, and never what was not an id.</summary>
public sealed class AuditLogTests
{
    private static readonly CancellationToken None = CancellationToken.None;

    [Fact]
    public async Task Changes_are_lines_and_reads_are_counted_by_connection_and_hour()
    {
        await using var desk = new Desk();
        var (one, two) = (await TokenAsync(desk, "one"), await TokenAsync(desk, "two"));
        desk.Audit.Note(new AuditChange(one.Token, AuditSurface.Rest, "sendMessage") { Message = "1000001" });
        desk.Audit.Count(one, AuditSurface.Rest, "listChats");
        desk.Audit.Count(one, AuditSurface.Rest, "listChats", 2);
        desk.Audit.Count(two, AuditSurface.Mcp, "listChats");
        await desk.Audit.FlushAsync(None);
        desk.Audit.Count(one, AuditSurface.Rest, "listChats");
        desk.Clock.Advance(TimeSpan.FromHours(1));
        desk.Audit.Count(one, AuditSurface.Rest, "listChats");

        var (lines, more) = await desk.Audit.ListAsync(new AuditFilter(), null, 50, None);

        Assert.False(more);
        Assert.Equal(
            ["one listChats 1", "one listChats 4", "one sendMessage ", "two listChats 1"],
            lines.Select(line => $"{line.TokenName} {line.Action} {line.Count}").Order(StringComparer.Ordinal));
        Assert.Equal("1000001", lines.Single(line => line.Action == "sendMessage").Message);
    }

    [Fact]
    public async Task What_names_nothing_is_not_kept()
    {
        await using var desk = new Desk();
        desk.Audit.Note(new AuditChange(0, AuditSurface.Rest, "sendMessage", "not_found") { Chat = "canary", Account = "canary", Message = "canary" });

        var line = Assert.Single((await desk.Audit.ListAsync(new AuditFilter { Token = "cli" }, null, 50, None)).Items);

        Assert.Equal((null, null, null, "not_found"), (line.Account, line.Chat, line.Message, line.Outcome));
    }

    [Fact]
    public async Task Only_what_was_carried_out_may_name_what_is_gone()
    {
        await using var desk = new Desk();
        desk.Audit.Note(new AuditChange(0, AuditSurface.Rest, "removeAccount") { Account = "gone", AreGone = true });
        desk.Audit.Note(new AuditChange(0, AuditSurface.Rest, "archiveChat") { Chat = "any text", Account = "any text" });

        var lines = (await desk.Audit.ListAsync(new AuditFilter(), null, 50, None)).Items;

        Assert.Equal([(null, null), ((string?)"gone", (string?)null)], lines.Select(line => (line.Account, line.Chat)));
    }

    [Fact]
    public async Task Refusals_are_counted_by_what_they_came_to_however_many_there_are()
    {
        await using var desk = new Desk();
        var token = await TokenAsync(desk, "one");
        for (var i = 0; i < 500; i++)
        {
            desk.Audit.Count(token, AuditSurface.Rest, "archiveChat", outcome: i % 5 == 0 ? "not_found" : "insufficient_scope");
        }

        desk.Audit.CountNobody(AuditSurface.Web, "signIn", "invalid_credentials");

        Assert.Equal(
            ["nobody signIn invalid_credentials 1", $"{token.TokenId} archiveChat insufficient_scope 400", $"{token.TokenId} archiveChat not_found 100"],
            (await desk.Audit.ListAsync(new AuditFilter(), null, 50, None)).Items
                .Select(line => $"{line.TokenId} {line.Action} {line.Outcome} {line.Count}").Order(StringComparer.Ordinal));
        Assert.Single((await desk.Audit.ListAsync(new AuditFilter { Token = "nobody" }, null, 50, None)).Items);
        Assert.Empty((await desk.Audit.ListAsync(new AuditFilter { Token = "tok_unknown" }, null, 50, None)).Items);
    }

    [Fact]
    public async Task The_oldest_lines_of_a_connection_that_has_too_many_are_cut()
    {
        await using var desk = new Desk();
        var (one, two) = (await TokenAsync(desk, "one"), await TokenAsync(desk, "two"));
        for (var i = 0; i < 6; i++)
        {
            desk.Audit.Note(new AuditChange(one.Token, AuditSurface.Rest, $"change {i}"));
            desk.Audit.Note(new AuditChange(two.Token, AuditSurface.Rest, "change"));
        }

        await desk.Database.WriteAsync(db => db.CutAudit(one.Token, 2), None);

        Assert.Equal(
            ["change 5", "change 4"],
            (await desk.Audit.ListAsync(new AuditFilter { Token = one.TokenId }, null, 50, None)).Items.Select(line => line.Action));
        Assert.Equal(6, (await desk.Audit.ListAsync(new AuditFilter { Token = two.TokenId }, null, 50, None)).Items.Count);
    }

    [Fact]
    public async Task Lines_are_filtered_and_cut_into_pages()
    {
        await using var desk = new Desk();
        var token = await TokenAsync(desk, "one");
        var start = desk.Clock.GetUtcNow();
        for (var i = 0; i < 5; i++)
        {
            desk.Audit.Note(new AuditChange(token.Token, AuditSurface.Rest, i % 2 == 0 ? "even" : "odd"));
            desk.Clock.Advance(TimeSpan.FromMinutes(1));
        }

        desk.Audit.Note(new AuditChange(0, AuditSurface.Cli, "odd"));

        var (first, more) = await desk.Audit.ListAsync(new AuditFilter { Token = token.TokenId }, null, 2, None);
        var (rest, last) = await desk.Audit.ListAsync(new AuditFilter { Token = token.TokenId }, first[^1].Key, 10, None);
        Assert.True(more);
        Assert.False(last);
        Assert.Equal(["even", "odd", "even", "odd", "even"], first.Concat(rest).Select(line => line.Action));
        Assert.Equal(3, await CountAsync(new AuditFilter { Action = "even" }));
        Assert.Equal(3, await CountAsync(new AuditFilter { Action = "odd" }));
        Assert.Equal(2, await CountAsync(new AuditFilter { From = start.AddMinutes(1), To = start.AddMinutes(3) }));
        Assert.Equal(0, await CountAsync(new AuditFilter { Token = "tok_unknown" }));

        async Task<int> CountAsync(AuditFilter filter) => (await desk.Audit.ListAsync(filter, null, 50, None)).Items.Count;
    }

    [Fact]
    public async Task What_was_counted_is_written_down_after_a_while_and_at_the_end()
    {
        await using var desk = new Desk();
        var token = await TokenAsync(desk, "one");
        using var stopping = new CancellationTokenSource();
        var running = desk.Audit.RunAsync(stopping.Token);
        desk.Audit.Count(token, AuditSurface.Rest, "listChats");
        await stopping.CancelAsync();
        await running.WaitAsync(Switchboard.Testing.Patience.Longest);

        Assert.Equal(1, desk.Database.Read(db => db.QueryInt64("SELECT count FROM audit")));
    }

    private static async Task<Core.Access.Access> TokenAsync(Desk desk, string name) => desk.Tokens.Find((await desk.Tokens.CreateAsync(
        new TokenRequest(name, ["read"], [], [], null), None)).Secret)!;
}
