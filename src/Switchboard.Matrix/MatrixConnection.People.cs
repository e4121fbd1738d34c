using System.Text.Json;
using Switchboard.Matrix.Api;
using Switchboard.Matrix.Login;
using Switchboard.Matrix.Store;
using Switchboard.Matrix.Sync;
using Switchboard.Matrix.Timeline;
using Switchboard.Networks;

namespace Switchboard.Matrix;

/// <content>Finding people.</content>
internal sealed partial class MatrixConnection : ISupportsContacts
{
    private const int MostFromDirectory = 50;
    private const int LongestName = 255;

    /// <inheritdoc/>
    public async Task<IReadOnlyList<RemoteUser>> SearchAsync(
        string accountId, string query, int limit, CancellationToken cancellationToken)
    {
        var text = query.Trim();
        var found = new List<RemoteUser>();
        var own = store.OwnGhosts(accountId);
        if (LoginNames.ServerOf(text) is not null && await ProfileAsync(text, cancellationToken) is { } exact)
            found.Add(exact);
        found.AddRange(store.FindPeople(accountId, text, limit + own.Count).Select(ToUser));
        // The directory is Matrix's own; people of bridged networks are known from their rooms.
        if (accountId == session.AccountId && text.Length > 0)
            found.AddRange(await DirectoryAsync(text, Math.Min(limit, MostFromDirectory), cancellationToken));
        return found
            .Where(user => user.Id.Value != session.UserId && !own.Contains(user.Id.Value))
            .DistinctBy(user => user.Id)
            .Take(limit)
            .ToList();
    }

    /// <inheritdoc/>
    public async Task<RemoteUser?> ResolveAsync(string accountId, PersonIdentifier identifier, CancellationToken cancellationToken)
    {
        switch (identifier)
        {
            case PersonIdentifier.ByUserId(var id):
                return LoginNames.ServerOf(id.Value) is null ? null : await ProfileAsync(id.Value, cancellationToken);
            case PersonIdentifier.ByUsername(var name):
                return await ByUsernameAsync(accountId, name.Trim(), cancellationToken);
            case PersonIdentifier.ByPhone(var number):
                return Known(accountId, number, person => person.PhoneNumber == number);
            case PersonIdentifier.ByEmail(var address):
                return Known(accountId, address, person => string.Equals(person.Email, address, StringComparison.OrdinalIgnoreCase));
            default:
                throw new ArgumentOutOfRangeException(nameof(identifier));
        }
    }

    private async Task<RemoteUser?> ByUsernameAsync(string accountId, string name, CancellationToken cancellationToken)
    {
        var bare = name.TrimStart('@');
        if (bare.Length == 0)
            return null;
        if (accountId != session.AccountId)
            return Known(accountId, bare, person => string.Equals(person.Username, bare, StringComparison.OrdinalIgnoreCase));
        var userId = bare.Contains(':', StringComparison.Ordinal) ? "@" + bare : $"@{bare}:{LoginNames.ServerOf(session.UserId)}";
        return LoginNames.ServerOf(userId) is null || userId.Any(char.IsWhiteSpace) ? null : await ProfileAsync(userId, cancellationToken);
    }

    private RemoteUser? Known(string accountId, string text, Func<KnownPerson, bool> fits) =>
        store.FindPeople(accountId, text, MostFromDirectory).FirstOrDefault(fits) is { } person ? ToUser(person) : null;

    private async Task<IReadOnlyList<RemoteUser>> DirectoryAsync(string text, int limit, CancellationToken cancellationToken)
    {
        var body = Json.Object(json =>
        {
            json.WriteString("search_term", text);
            json.WriteNumber("limit", limit);
        });
        try
        {
            using var answer = await api.SendAsync(HttpMethod.Post, "v3/user_directory/search", body, cancellationToken);
            return answer.RootElement.Items("results")
                .Where(item => item.Id("user_id") is { } id && LoginNames.ServerOf(id) is not null)
                .Select(item => RoomChat.User(item.Id("user_id")!, item.Text("display_name", LongestName), item.File("avatar_url")))
                .ToList();
        }
        catch (NetworkException e) when (e.Kind is NetworkFailure.Rejected or NetworkFailure.NotFound)
        {
            // A homeserver without a directory.
            return [];
        }
    }

    /// <summary>A user by whole id; <c>null</c> when the homeserver says that there is none.</summary>
    private async Task<RemoteUser?> ProfileAsync(string userId, CancellationToken cancellationToken)
    {
        var known = store.Person(userId);
        try
        {
            using var answer = await api.GetAsync("v3/profile/" + MatrixApi.Escape(userId), cancellationToken);
            return FromProfile(userId, answer.RootElement, known);
        }
        catch (NetworkException e) when (e.Kind is NetworkFailure.NotFound)
        {
            return known is null ? null : ToUser(known);
        }
        catch (NetworkException e) when (e.Kind is NetworkFailure.Rejected && e.InnerException is MatrixError { Code: "M_FORBIDDEN" })
        {
            // Somebody whose profile is not shown to everybody.
            return known is null ? RoomChat.User(userId, null, null) : ToUser(known);
        }
        catch (NetworkException e) when (e.Kind is NetworkFailure.Rejected)
        {
            return null;
        }
    }

    private static RemoteUser FromProfile(string userId, JsonElement profile, KnownPerson? known) =>
        RoomChat.User(userId, profile.Text("displayname", LongestName) ?? known?.Name, profile.File("avatar_url") ?? known?.Avatar, known);

    private static RemoteUser ToUser(KnownPerson person) => RoomChat.User(person.UserId, person.Name, person.Avatar, person, person.IsBot);
}
