using System.Text;
using System.Text.Json;
using Switchboard.Networks;

namespace Switchboard.Matrix.Timeline;

/// <summary>Polls as text that people can read (matrix.md §3.7).</summary>
internal static class Polls
{
    private const int MostAnswers = 50;
    private const int LongestAnswer = 500;
    private const string Unstable = "org.matrix.msc3381.poll.start";
    private const string Stable = "m.poll.start";

    /// <summary>Whether events of that type begin a poll.</summary>
    public static bool IsStart(string type) => type is Unstable or Stable;

    /// <summary>The question and its answers, one on a line.</summary>
    public static MessageText? Text(JsonElement content)
    {
        // The stable form has "m.poll" and texts in "m.text"; whatever is there is taken.
        var poll = content.Child(Unstable, content.Has("m.poll") ? "m.poll" : Stable);
        var text = new StringBuilder(Words(poll.Child("question")) ?? content.Text("body") ?? "");
        foreach (var answer in poll.Child("answers").Items(MostAnswers))
        {
            if (Words(answer) is { } words)
                text.Append("\n• ").Append(words);
        }

        return text.Length == 0 ? null : BodyText.Plain("📊 " + text);
    }

    private static string? Words(JsonElement json)
    {
        if (json.Text("org.matrix.msc1767.text", LongestAnswer) is { Length: > 0 } words)
            return words;
        var parts = json.Child("m.text");
        return parts.AsText(LongestAnswer)
            ?? parts.Items(10).Select(part => part.Text("body", LongestAnswer)).FirstOrDefault(body => !string.IsNullOrEmpty(body))
            ?? json.Text("body", LongestAnswer);
    }
}
