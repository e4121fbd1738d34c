using Microsoft.Extensions.Caching.Memory;
using Switchboard.Core.Chats;
using Switchboard.Core.Paging;
using Switchboard.Server.Hosting;
using Switchboard.Wire;
using Domain = Switchboard.Core;

namespace Switchboard.Server.Mapping;

/// <summary>
/// Chats and pages of messages as the JSON they were last answered as. Clients ask for the same few again and again, and most
/// of them have not changed since. Nothing can be out of date: what is kept is found by the state it was made from
/// (<see cref="ChatStamp"/>), which the answer's own snapshot of the database tells. At most 16 MiB; what was not asked for
/// for longest goes first.
/// </summary>
internal sealed class RenderedJson(WireMapper map, ServerOptions options) : IDisposable
{
    private const long Limit = 16 * 1024 * 1024;

    // What an entry takes beside its bytes.
    private const int EntryOverhead = 300;

    private readonly MemoryCache kept = new(new MemoryCacheOptions { SizeLimit = Limit });

    // Where a file is on this disk may be found out without anything changing in its chat.
    private readonly bool isKept = options.MediaUrls != MediaUrls.File;

    private WireMapper Mapper { get; } = map;

    /// <summary>The chats of one answer.</summary>
    /// <param name="baseUrl">What URLs in it begin with.</param>
    /// <param name="withPreviews">Whether each has its last message.</param>
    public ChatsOfAnswer ChatsFor(string baseUrl, bool withPreviews) => new(this, baseUrl, withPreviews);

    /// <summary>A page of messages of that state, if it is kept.</summary>
    public byte[]? FindMessages(ChatStamp stamp, PageRequest page) => kept.Get<byte[]>(new MessagesKey(stamp, page));

    /// <summary>Writes a page of messages, and keeps it unless it ends because messages are missing: they may come at any time.</summary>
    public byte[] Messages(Domain.Messages.ListedMessages listed, PageRequest page)
    {
        var json = WireJson.ToUtf8Bytes(listed.Page!.ToWire(Mapper.ToWire));
        if (listed.IsWhole)
            Keep(new MessagesKey(listed.Stamp, page), json);
        return json;
    }

    /// <inheritdoc/>
    public void Dispose() => kept.Dispose();

    private void Keep(object key, byte[] json)
    {
        if (isKept)
            kept.Set(key, json, new MemoryCacheEntryOptions { Size = json.Length + EntryOverhead });
    }

    /// <summary>The chats of one answer, which begin with the same URL.</summary>
    internal sealed class ChatsOfAnswer(RenderedJson rendered, string baseUrl, bool withPreviews)
    {
        // Held on to: what is kept may go between two looks.
        private readonly Dictionary<ChatStamp, byte[]> found = [];

        /// <summary>Whether the chat is kept in that state.</summary>
        public bool Has(ChatStamp stamp)
        {
            if (rendered.kept.Get<byte[]>(new ChatKey(stamp, baseUrl, withPreviews)) is not { } json)
                return false;
            found[stamp] = json;
            return true;
        }

        /// <summary>The chat as it is in the answer.</summary>
        public RawJson Json(ListedChat listed)
        {
            if (listed.Chat is not { } chat)
                return new RawJson(found[listed.Stamp]);
            var shape = rendered.Mapper.ToWire(chat, baseUrl);
            var json = withPreviews
                ? WireJson.ToUtf8Bytes(new ChatWithPreview(shape)
                {
                    Preview = listed.Preview is null ? null : rendered.Mapper.ToWire(listed.Preview),
                })
                : WireJson.ToUtf8Bytes(shape);
            rendered.Keep(new ChatKey(listed.Stamp, baseUrl, withPreviews), json);
            return new RawJson(json);
        }

        /// <summary>Found messages with their chats.</summary>
        public RenderedSearchPage Json(Domain.Messages.FoundMessages found) => new()
        {
            Items = found.Page.Items.Select(rendered.Mapper.ToWire).ToList(),
            HasMore = found.Page.HasMore,
            OldestCursor = found.Page.OldestCursor,
            NewestCursor = found.Page.NewestCursor,
            Chats = found.Chats.ToDictionary(pair => pair.Key, pair => Json(pair.Value)),
        };
    }

    private sealed record ChatKey(ChatStamp Stamp, string BaseUrl, bool WithPreview);

    private sealed record MessagesKey(ChatStamp Stamp, PageRequest Page);
}
