using System.CommandLine;
using System.CommandLine.Invocation;

namespace Switchboard.Server.Commands;

/// <summary>Says our version and the one that clients see.</summary>
internal sealed class PrintVersion : SynchronousCommandLineAction
{
    /// <inheritdoc/>
    public override int Invoke(ParseResult parseResult)
    {
        parseResult.InvocationConfiguration.Output.WriteLine($"switchboard {ProductVersion.Text}");
        return 0;
    }
}
