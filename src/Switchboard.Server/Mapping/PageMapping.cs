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
}
