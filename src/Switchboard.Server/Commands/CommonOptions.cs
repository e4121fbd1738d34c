using System.CommandLine;
using Switchboard.Server.Hosting;

namespace Switchboard.Server.Commands;

/// <summary>Options that several commands have. Each can be set by an environment variable too.</summary>
internal static class CommonOptions
{
    /// <summary>Where everything is kept.</summary>
    public static Option<string> DataDir() => new("--data-dir")
    {
        Description = "The folder that holds everything (SWITCHBOARD_DATA_DIR; default: $XDG_DATA_HOME/switchboard).",
        DefaultValueFactory = _ => Setting("DATA_DIR") ?? DataFolder.DefaultPath,
    };

    /// <summary>Output for programs.</summary>
    public static Option<bool> Json() => new("--json") { Description = "Print one JSON object instead of text." };

    /// <summary>The value of an environment variable of ours; <c>null</c> when unset or empty.</summary>
    public static string? Setting(string name) =>
        Environment.GetEnvironmentVariable($"SWITCHBOARD_{name}") is { Length: > 0 } value ? value : null;

    /// <summary>The values of an environment variable of ours that may have several, with commas between.</summary>
    public static string[] Settings(string name) => Names(name) ?? [];

    /// <summary>The same; <c>null</c> when it is unset or empty.</summary>
    public static string[]? Names(string name) => Split(Setting(name));

    /// <summary>The value of an environment variable of ours that is one of a few; the first when it is unset.</summary>
    /// <exception cref="StartRefusedException">It is something else.</exception>
    public static T OneOf<T>(string name, params ReadOnlySpan<(string Text, T Value)> values)
    {
        var text = Setting(name) ?? values[0].Text;
        foreach (var (known, value) in values)
        {
            if (known == text)
                return value;
        }

        throw new StartRefusedException(
            $"SWITCHBOARD_{name} cannot be {text}; it is {string.Join(" or ", values.ToArray().Select(value => value.Text))}.");
    }

    /// <summary>What is offered over MCP, for the server and for the command alike.</summary>
    /// <exception cref="StartRefusedException">The setting is none that there is.</exception>
    public static McpMode Mcp() => OneOf("MCP", ("on", McpMode.On), ("read-only", McpMode.ReadOnly), ("off", McpMode.Off));

    /// <summary>The values in a text, with commas between; <c>null</c> when there is no text.</summary>
    public static string[]? Split(string? text) => text?.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
}
