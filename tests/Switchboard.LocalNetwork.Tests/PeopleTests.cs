using Switchboard.Networks;

namespace Switchboard.LocalNetwork.Tests;

public sealed class PeopleTests
{
    [Theory]
    [InlineData("zoe", "zoe")]
    [InlineData("@zoe", "zoe")]
    [InlineData("ZOE", "zoe")]
    [InlineData("chloë", "zoe")]
    [InlineData("CHLOE", "zoe")]
    [InlineData("@zoe:town.example", "zoe")]
    [InlineData("łódź", "marek")]
    [InlineData("lodz", "marek")]
    [InlineData("иванов", "ivan")]
    [InlineData("@zo:town.example", "")]
    [InlineData("@zoe:elsewhere.example", "")]
    [InlineData("ada", "")]
    [InlineData("%", "")]
    public async Task People_are_found_by_part_of_a_name_or_by_exact_id(string query, string expected)
    {
        await using var town = Town.Open();
        var ada = await town.AddAsync("ada", "Ada");
        await town.LogInAsync("zoe", "Chloë Zimmer");
        await town.LogInAsync("marek", "Marek z Łodzi, Łódź");
        await town.LogInAsync("ivan", "Иванов");

        var found = await ada.Does.SearchAsync(ada.AccountId, query, 10, CancellationToken.None);

        Assert.Equal(expected, string.Join(',', found.Select(person => person.Username)));
    }

    [Fact]
    public async Task Better_matches_come_first_and_an_empty_query_gives_everybody()
    {
        await using var town = Town.Open();
        var owner = await town.AddAsync("owner");
        foreach (var name in new[] { "an", "joan", "anna", "dan" })
        {
            await town.LogInAsync(name);
        }

        var removed = await town.AddAsync("ghost-an");
        await town.Network.RemoveAsync(removed.Login, CancellationToken.None);

        Assert.Equal(["an", "anna", "dan", "joan"], Names(await owner.Does.SearchAsync(owner.AccountId, "an", 10, CancellationToken.None)));
        Assert.Equal(["an", "anna"], Names(await owner.Does.SearchAsync(owner.AccountId, "an", 2, CancellationToken.None)));
        Assert.Equal(["an", "anna", "dan", "joan"], Names(await owner.Does.SearchAsync(owner.AccountId, "", 10, CancellationToken.None)));

        static IEnumerable<string?> Names(IReadOnlyList<RemoteUser> people) => people.Select(person => person.Username);
    }

    [Fact]
    public async Task A_person_is_resolved_by_id_or_handle_alone()
    {
        await using var town = Town.Open();
        var ada = await town.AddAsync("ada");
        var bob = await town.AddAsync("bob", "Bob");
        var expected = new RemoteUser { Id = bob.Id, Username = "bob", FullName = "Bob" };

        Assert.Equal(expected, await Resolve(new PersonIdentifier.ByUserId(bob.Id)));
        Assert.Equal(expected, await Resolve(new PersonIdentifier.ByUsername("bob")));
        Assert.Equal(expected, await Resolve(new PersonIdentifier.ByUsername("@bob")));
        Assert.Null(await Resolve(new PersonIdentifier.ByUserId(new("@bob:elsewhere.example"))));
        Assert.Null(await Resolve(new PersonIdentifier.ByUserId(new("bob"))));
        Assert.Null(await Resolve(new PersonIdentifier.ByUsername("bo")));
        Assert.Null(await Resolve(new PersonIdentifier.ByPhone("+441234567890")));
        Assert.Null(await Resolve(new PersonIdentifier.ByEmail("bob@town.example")));
        await town.Network.RemoveAsync(bob.Login, CancellationToken.None);
        Assert.Null(await Resolve(new PersonIdentifier.ByUserId(bob.Id)));

        Task<RemoteUser?> Resolve(PersonIdentifier identifier) => ada.Does.ResolveAsync(ada.AccountId, identifier, CancellationToken.None);
    }

    [Theory]
    [InlineData("@zoe:town.example", "\"zoe\"")]
    [InlineData("@zoe:elsewhere.example", "\"@zoe:elsewhere.example\"")]
    [InlineData("zoe", "\"zoe\"")]
    [InlineData("", "\"\"")]
    public async Task A_chat_with_a_stranger_is_refused_with_help(string user, string named)
    {
        await using var town = Town.Open();
        var ada = await town.AddAsync("ada");

        var refusal = await Refused.AsAsync(
            NetworkFailure.NotFound, () => ada.Does.OpenDirectChatAsync(ada.AccountId, new(user), CancellationToken.None));

        Assert.Contains(named, refusal.Message, StringComparison.Ordinal);
        Assert.Contains("add an account", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_chat_with_somebody_who_was_removed_is_refused()
    {
        await using var town = Town.Open();
        var (ada, bob, _) = await ConversationTests.ConversingAsync(town);
        await town.Network.RemoveAsync(bob.Login, CancellationToken.None);

        await Refused.AsAsync(NetworkFailure.NotFound, () => ada.OpenChatAsync(bob));
    }

    [Fact]
    public async Task The_network_says_what_it_can_do()
    {
        await using var town = Town.Open();
        var description = town.Network.Description;

        Assert.Equal(("local", "local", "Local"), (description.BridgeId, description.BridgeType, description.DisplayName));
        Assert.True(description.SupportsMultipleAccounts);
        Assert.Null(description.SendsPerMinute);
        Assert.Equal(
            new() { CreateDirect = true, LookupUsername = true, ContactList = true, Search = true, CreateGroup = true },
            description.Provisioning);
    }
}
