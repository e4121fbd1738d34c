using Switchboard.Networks;

namespace Switchboard.LocalNetwork;

// People: everybody who is on this server now.
internal sealed partial class LocalConnection
{
    /// <inheritdoc/>
    public Task<IReadOnlyList<RemoteUser>> SearchAsync(
        string accountId, string query, int limit, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        var wanted = Folding.Fold(query.Trim());
        // "@ada" means the handle; "@ada:server" is matched as a whole.
        var handle = network.People.UsernameIn(wanted) ?? wanted.TrimStart('@');
        var exactOnly = network.People.UsernameIn(wanted) is not null;
        IReadOnlyList<RemoteUser> found = [.. Others()
            .Select(person => (Person: person, Rank: Rank(person, handle, exactOnly)))
            .Where(match => match.Rank is not null)
            .OrderBy(match => match.Rank)
            .ThenBy(match => match.Person.Username, StringComparer.Ordinal)
            .Take(Math.Max(limit, 0))
            .Select(match => network.People.Describe(match.Person))];
        return Task.FromResult(found);
    }

    /// <inheritdoc/>
    public Task<RemoteUser?> ResolveAsync(
        string accountId, PersonIdentifier identifier, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        var username = identifier switch
        {
            PersonIdentifier.ByUserId(var id) => network.People.UsernameIn(id.Value),
            PersonIdentifier.ByUsername(var name) => (name.StartsWith('@') ? name[1..] : name).ToLowerInvariant(),
            PersonIdentifier.ByPhone or PersonIdentifier.ByEmail => null,
            _ => throw new ArgumentOutOfRangeException(nameof(identifier)),
        };
        if (username is null)
            return Task.FromResult<RemoteUser?>(null);
        var person = Read(db =>
        {
            db.RequireLife(Identity);
            return db.IdentityNamed(username);
        });
        return Task.FromResult(person is { Active: true } ? network.People.Describe(person) : null);
    }

    private IEnumerable<Identity> Others() => Read(db =>
    {
        db.RequireLife(Identity);
        return db.ActiveIdentities();
    }).Where(person => person.Id != Identity.Id);

    /// <summary>How well a person matches, 0 being best; <c>null</c> when not at all.</summary>
    private static int? Rank(Identity person, string wanted, bool exactOnly)
    {
        if (person.Username == wanted)
            return 0;
        if (exactOnly)
            return null;
        var name = Folding.Fold(person.DisplayName ?? "");
        if (name == wanted && name.Length > 0)
            return 1;
        if (person.Username.StartsWith(wanted, StringComparison.Ordinal) || name.StartsWith(wanted, StringComparison.Ordinal))
            return 2;
        return person.Username.Contains(wanted, StringComparison.Ordinal) || name.Contains(wanted, StringComparison.Ordinal)
            ? 3
            : null;
    }
}
