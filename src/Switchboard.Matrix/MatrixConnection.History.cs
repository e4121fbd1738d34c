using Switchboard.Matrix.Api;
using Switchboard.Matrix.Sync;
using Switchboard.Networks;

namespace Switchboard.Matrix;

internal sealed partial class MatrixConnection : ISupportsHistory
{
    private const string HistoryFilter = """{"lazy_load_members":true}""";
    private const int LargestPage = 100;

    /// <inheritdoc/>
    public async Task<RemoteHistory> LoadOlderAsync(RemoteChatId chat, string token, int limit, CancellationToken cancellationToken)
    {
        var page = EventPage.Read(await api.GetBytesAsync(
            $"v3/rooms/{MatrixApi.Escape(chat.Value)}/messages?dir=b&from={MatrixApi.Escape(token)}"
            + $"&limit={Math.Clamp(limit, 1, LargestPage)}&filter={MatrixApi.Escape(HistoryFilter)}", cancellationToken));
        var events = await store.WriteAsync(db => HistoryFold.Take(page, chat.Value, new SyncScope(
            db, new(store.OwnUserId, store.AccountId), clock.GetUtcNow()), logger), cancellationToken);
        // Only the lack of a further token is the beginning; a page may well be empty (§6.4).
        return new RemoteHistory(events, page.End != token ? page.End : null);
    }
}
