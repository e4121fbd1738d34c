using System.Text.Json;
using Switchboard.Matrix.Api;
using Switchboard.Matrix.Store;
using Switchboard.Matrix.Timeline;
using Switchboard.Networks;

namespace Switchboard.Matrix;

/// <content>Making a room once, though homeservers make one each time they are asked (matrix.md §4.3).</content>
internal sealed partial class MatrixConnection
{
    /// <summary>The member of a room's creation by which a room is known again whose making was not answered.</summary>
    private const string MarkName = "switchboard.creation";

    // Clocks differ.
    private static readonly TimeSpan ClockTolerance = TimeSpan.FromHours(1);

    /// <summary>
    /// Makes a room. The intent and the mark that the room will bear are stored first. When this is called again under the same key,
    /// after a crash or a lost answer, the room that bears the mark is looked for before another is made.
    /// </summary>
    /// <param name="key">What is to be made.</param>
    /// <param name="mark">What the room will bear, unless it was begun before with another mark.</param>
    /// <param name="members">Writes the members of the request.</param>
    /// <param name="cancellationToken">Stops waiting.</param>
    /// <returns>The room's id.</returns>
    private async Task<string> CreateOnceAsync(string key, string mark, Action<Utf8JsonWriter> members, CancellationToken cancellationToken)
    {
        var known = await store.BeginCreationAsync(key, mark, clock.GetUtcNow(), cancellationToken);
        if (known is { Room: { } made })
            return made;
        var room = known is null ? null : await FindMarkedAsync(known, cancellationToken);
        room ??= await CreateAsync(key, known?.Mark ?? mark, members, cancellationToken);
        await store.FinishCreationAsync(key, room, CancellationToken.None);
        return room;
    }

    private async Task<string> CreateAsync(string key, string mark, Action<Utf8JsonWriter> members, CancellationToken cancellationToken)
    {
        try
        {
            var body = Json.Object(json =>
            {
                members(json);
                json.WriteStartObject("creation_content");
                json.WriteString(MarkName, mark);
                json.WriteEndObject();
            });
            using var answer = await api.SendAsync(HttpMethod.Post, "v3/createRoom", body, cancellationToken);
            return answer.RootElement.Id("room_id") ?? throw MatrixFailures.Nonsense(null);
        }
        catch (NetworkException e) when (e.InnerException is MatrixError && e.Kind is NetworkFailure.Rejected or NetworkFailure.NotFound)
        {
            // A clear no: nothing was made.
            await store.ForgetCreationAsync(key, CancellationToken.None);
            throw;
        }
    }

    private async Task<string?> FindMarkedAsync(Creation creation, CancellationToken cancellationToken)
    {
        using var joined = await api.GetAsync("v3/joined_rooms", cancellationToken);
        foreach (var room in joined.RootElement.Texts("joined_rooms").ToList())
        {
            // What was there long before cannot be it; of some rooms it is not known.
            if (store.Room(room)?.ToChat().CreatedAt is { } at && at > DateTimeOffset.UnixEpoch && at < creation.At - ClockTolerance)
                continue;
            if (await MarkOfAsync(room, cancellationToken) == creation.Mark)
                return room;
        }

        return null;
    }

    private async Task<string?> MarkOfAsync(string room, CancellationToken cancellationToken)
    {
        try
        {
            using var state = await api.GetAsync($"{RoomPath(room)}/state/m.room.create/", cancellationToken);
            return state.RootElement.Text(MarkName);
        }
        catch (NetworkException e) when (e.Kind is NetworkFailure.NotFound or NetworkFailure.Rejected)
        {
            return null;
        }
    }
}
