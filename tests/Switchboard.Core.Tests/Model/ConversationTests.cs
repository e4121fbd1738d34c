using System.Globalization;
using Switchboard.Testing;
using Xunit;

namespace Switchboard.Core.Tests.Model;

/// <summary>
/// Random sequences against the expectation. <c>SWITCHBOARD_MODEL_SEQUENCES</c> and <c>SWITCHBOARD_MODEL_SEED</c> make it run
/// longer or elsewhere.
/// </summary>
public sealed class ConversationTests
{
    private const int Steps = 40;
    private const int AtOnce = 24;

    [Fact]
    public async Task Random_conversations_are_at_every_step_what_the_simplest_program_makes_of_them()
    {
        var sequences = Setting("SWITCHBOARD_MODEL_SEQUENCES", 300);
        var first = Setting("SWITCHBOARD_MODEL_SEED", 1);
        await using var home = await TestInstallation.StartAsync();
        var login = home.Number("SELECT key FROM login")!.Value;
        await Parallel.ForEachAsync(
            Enumerable.Range(first, sequences),
            new ParallelOptions { MaxDegreeOfParallelism = AtOnce },
            async (seed, _) =>
            {
                var steps = Step.Sequence(seed, Steps);
                if (await FailureAsync(home, login, $"s{seed}", steps) is not { } failure)
                    return;
                var (shortest, why) = await ShrinkAsync(home, login, seed, [.. steps.Take(failure.Index + 1)], failure);
                Assert.Fail($"Seed {seed}: {why.Message}\nThe shortest sequence that shows it:\n{string.Join('\n', shortest)}\n{why.InnerException}");
            });
    }

    /// <summary>Leaves out step after step as long as what remains still fails.</summary>
    private static async Task<(List<Step> Steps, StepFailedException Why)> ShrinkAsync(
        TestInstallation home, long login, int seed, List<Step> steps, StepFailedException why)
    {
        for (var (i, run) = (steps.Count - 2, 0); i >= 0; i--, run++)
        {
            var fewer = steps.Where((_, index) => index != i).ToList();
            if (await FailureAsync(home, login, $"s{seed}x{run}", fewer) is { } failure)
                (steps, why) = ([.. fewer.Take(failure.Index + 1)], failure);
            i = Math.Min(i, steps.Count - 1);
        }

        return (steps, why);
    }

    private static async Task<StepFailedException?> FailureAsync(TestInstallation home, long login, string name, List<Step> steps)
    {
        try
        {
            await new Conversation(home, login, name).RunAsync(steps);
            return null;
        }
        catch (StepFailedException failure)
        {
            return failure;
        }
    }

    private static int Setting(string name, int otherwise) =>
        Environment.GetEnvironmentVariable(name) is { Length: > 0 } text ? int.Parse(text, CultureInfo.InvariantCulture) : otherwise;
}
