using Switchboard.Core.Messages;
using Switchboard.Wire;

namespace Switchboard.Server.Mapping;

/// <summary>Pages as the contract writes them (rest.md §1.6).</summary>
internal static class PageMapping
{
    extension<T>(Core.Paging.Page<T> page)
    {
        /// <summary>The same page of wire shapes.</summary>
        public Page<TWire> ToWire<TWire>(Func<T, TWire> shape) => new()
        {
            Items = page.Items.Select(shape).ToList(),
            HasMore = page.HasMore,
            OldestCursor = page.OldestCursor,
            NewestCursor = page.NewestCursor,
        };
    }

    extension(WireMapper map)
    {
        /// <summary>Found messages with their chats.</summary>
        public MessageSearchPage ToWire(FoundMessages found, string baseUrl) => new()
        {
            Items = found.Page.Items.Select(map.ToWire).ToList(),
            HasMore = found.Page.HasMore,
            OldestCursor = found.Page.OldestCursor,
            NewestCursor = found.Page.NewestCursor,
            Chats = found.Chats.ToDictionary(pair => pair.Key, pair => map.ToWire(pair.Value, baseUrl)),
        };
    }
}
