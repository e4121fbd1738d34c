using System.Text.Json;

namespace Switchboard.Matrix.Timeline;

/// <summary>What an event relates to (matrix.md §3.4).</summary>
/// <param name="Type"><c>m.replace</c>, <c>m.thread</c>, <c>m.annotation</c>, …</param>
/// <param name="Target">The event it relates to in that way.</param>
/// <param name="Key">Key of an annotation.</param>
/// <param name="ReplyTo">The event it answers; never the fallback of a thread.</param>
/// <param name="NamesReply">Whether it names an answered event at all, so that its text may hold a fallback of that.</param>
internal sealed record Relations(string? Type, string? Target, string? Key, string? ReplyTo, bool NamesReply)
{
    /// <summary>Reads them from an event's content.</summary>
    public static Relations Read(JsonElement content)
    {
        var relates = content.Child("m.relates_to");
        var type = relates.Id("rel_type");
        var reply = relates.Child("m.in_reply_to").Id("event_id");
        var isFallback = type == "m.thread" && relates.Is("is_falling_back");
        return new(type, relates.Id("event_id"), relates.Id("key"), isFallback ? null : reply, reply is not null);
    }
}
