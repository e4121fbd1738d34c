using Switchboard.Networks;

namespace Switchboard.LocalNetwork.Tests;

public sealed class LoginTests
{
    [Fact]
    public async Task The_one_flow_asks_for_a_user_name_and_a_display_name()
    {
        await using var town = Town.Open();
        var flow = Assert.Single(town.Network.LoginFlows);

        await using var login = await town.Network.StartLoginAsync(flow.Id, null, CancellationToken.None);

        var step = Assert.IsType<LoginStep.UserInput>(login.Current);
        Assert.Equal("identity", flow.Id);
        Assert.Equal("identity", step.StepId);
        Assert.Equal([("username", false), ("displayName", true)], step.Fields.Select(field => (field.Id, field.Optional)));
    }

    [Fact]
    public async Task A_login_gives_an_account_with_a_fully_qualified_user_id()
    {
        await using var town = Town.Open();

        var login = await town.LogInAsync("ada", "  Ada Lovelace ");

        var account = Assert.Single(login.Accounts);
        Assert.Equal("ada", login.Login.RemoteId);
        Assert.Equal("local_ada", account.AccountId);
        Assert.Equal(("local", "local"), (account.BridgeId, account.BridgeType));
        Assert.Equal((BridgeProvider.Local, "Local"), (account.Provider, account.Network));
        Assert.Equal(new RemoteUser { Id = new("@ada:town.example"), Username = "ada", FullName = "Ada Lovelace" }, account.Self);
    }

    [Theory]
    [InlineData("")]
    [InlineData("a")]
    [InlineData("abcdefghijklmnopqrstuvwxyz0123456")]
    [InlineData("Ada")]
    [InlineData("ada lovelace")]
    [InlineData("ada@home")]
    [InlineData("adä")]
    public async Task A_user_name_of_another_form_is_refused(string username)
    {
        await using var town = Town.Open();

        var refusal = await Assert.ThrowsAsync<InvalidFieldsException>(() => town.LogInAsync(username));

        Assert.Equal(["username"], refusal.Problems.Keys);
    }

    [Fact]
    public async Task A_missing_user_name_and_a_bad_display_name_are_named_together_and_can_be_corrected()
    {
        await using var town = Town.Open();
        await using var login = await town.Network.StartLoginAsync("identity", null, CancellationToken.None);

        var refusal = await Assert.ThrowsAsync<InvalidFieldsException>(
            () => login.SubmitAsync(new Dictionary<string, string> { ["displayName"] = "two\nlines" }, CancellationToken.None));
        var step = await login.SubmitAsync(new Dictionary<string, string> { ["username"] = "ada" }, CancellationToken.None);

        Assert.Equal(["displayName", "username"], refusal.Problems.Keys.Order());
        Assert.IsType<LoginStep.Complete>(step);
    }

    [Fact]
    public async Task A_display_name_over_a_hundred_characters_is_refused()
    {
        await using var town = Town.Open();

        await town.LogInAsync("ada", new string('x', 100));
        var refusal = await Assert.ThrowsAsync<InvalidFieldsException>(() => town.LogInAsync("bob", new string('x', 101)));

        Assert.Equal(["displayName"], refusal.Problems.Keys);
    }

    [Fact]
    public async Task An_upper_case_name_is_refused_with_the_name_that_would_do()
    {
        await using var town = Town.Open();

        var refusal = await Assert.ThrowsAsync<InvalidFieldsException>(() => town.LogInAsync("Ada"));

        Assert.Contains("\"ada\"", refusal.Problems["username"], StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_name_in_use_is_refused()
    {
        await using var town = Town.Open();
        await town.AddAsync("ada");
        await town.LogInAsync("bob");

        var opened = await Assert.ThrowsAsync<InvalidFieldsException>(() => town.LogInAsync("ada"));
        var justMade = await Assert.ThrowsAsync<InvalidFieldsException>(() => town.LogInAsync("bob"));

        Assert.Contains("taken", opened.Problems["username"], StringComparison.Ordinal);
        Assert.Contains("taken", justMade.Problems["username"], StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_login_that_the_server_did_not_live_to_store_can_be_made_again()
    {
        await using var town = Town.Open();
        await town.LogInAsync("ada", "Ada");

        await town.CrashAsync();
        var login = await town.LogInAsync("ada", "Countess");
        var ada = await Person.ArriveAsync(town, login.Login);

        Assert.Equal("Countess", login.Accounts[0].Self.FullName);
        Assert.Empty(await ada.ReceivedAsync());
        await town.ReopenAsync();
        await Assert.ThrowsAsync<InvalidFieldsException>(() => town.LogInAsync("ada"));
    }

    [Fact]
    public async Task The_first_login_is_the_owners_and_the_same_every_time()
    {
        await using var town = Town.Open();

        var first = await town.Network.MakeFirstLoginAsync(CancellationToken.None);
        await town.CrashAsync();
        var second = await town.Network.MakeFirstLoginAsync(CancellationToken.None);

        Assert.Equal(first.Login, second.Login);
        Assert.Equal(first.Accounts, second.Accounts);
        Assert.Equal(("owner", "Owner"), (first.Login.RemoteId, first.Accounts[0].Self.FullName));
    }

    [Fact]
    public async Task A_reconnect_is_complete_at_once()
    {
        await using var town = Town.Open();
        var ada = await town.AddAsync("ada", "Ada");

        await using var login = await town.Network.StartLoginAsync("identity", ada.Login, CancellationToken.None);

        var complete = Assert.IsType<LoginStep.Complete>(login.Current);
        Assert.Equal(ada.Login, complete.Login.Login);
        Assert.Equal("Ada", complete.Login.Accounts[0].Self.FullName);
    }

    [Fact]
    public async Task An_unknown_flow_is_refused()
    {
        await using var town = Town.Open();

        await Refused.AsAsync(NetworkFailure.Rejected, () => town.Network.StartLoginAsync("qr", null, CancellationToken.None));
    }

    [Fact]
    public async Task A_new_identity_has_a_note_to_self()
    {
        await using var town = Town.Open();

        var ada = await town.AddAsync("ada");

        Assert.Equal("Note to self", ada.Self.Title);
        Assert.False(ada.Self.IsGroup);
        Assert.Equal("local_ada", ada.Self.AccountId);
        Assert.Equal(ada.Id, Assert.Single(ada.Self.Participants).User.Id);
        Assert.Equal(ada.Self.Id, (await ada.OpenChatAsync(ada)).Id);
    }

    [Fact]
    public async Task The_folder_and_its_files_are_the_owners_alone()
    {
        await using var town = Town.Open();
        var ada = await town.AddAsync("ada");
        await ada.SendAsync(ada.Self, new() { Attachment = Town.Attachment("secret") });

        if (OperatingSystem.IsWindows())
            return;
        var media = Path.Combine(town.Folder, "media");
        Assert.Equal("rwx------", Mode(town.Folder));
        Assert.Equal("rwx------", Mode(media));
        Assert.Equal("rw-------", Mode(Path.Combine(town.Folder, "local.db")));
        Assert.Equal("rw-------", Mode(Path.Combine(town.Folder, "local.db-wal")));
        Assert.Equal("rw-------", Mode(Path.Combine(media, Assert.Single(town.Files))));

        static string Mode(string path)
        {
            var mode = File.GetUnixFileMode(path);
            return string.Concat(Enumerable.Range(0, 9).Select(bit => ((int)mode & (1 << (8 - bit))) != 0 ? "rwx"[bit % 3] : '-'));
        }
    }
}
