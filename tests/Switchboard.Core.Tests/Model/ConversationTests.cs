using System.Globalization;
using Switchboard.Testing;
using Xunit;

namespace Switchboard.Core.Tests.Model;

/// <summary>
/// Random sequences against the expectation: some hundred, or 10,000 with <c>SWITCHBOARD_FULL=1</c>.
/// <c>SWITCHBOARD_MODEL_SEQUENCES</c> and <c>SWITCHBOARD_MODEL_SEED</c> make it run longer or elsewhere; a failure says with
/// which seed a single sequence shows it again.
/// </summary>
public sealed class ConversationTests
{
    private const int Steps = 30;

    // An installation is used for so many and then dropped: searches grow slower with what is in it.
    private const int SequencesEach = 100;

    [Fact]
    public async Task Random_conversations_are_at_every_step_what_the_simplest_program_makes_of_them()
    {
        var full = Environment.GetEnvironmentVariable("SWITCHBOARD_FULL") == "1";
        var sequences = Setting("SWITCHBOARD_MODEL_SEQUENCES", full ? 10_000 : 400);
        var first = Setting("SWITCHBOARD_MODEL_SEED", 1);
        await Parallel.ForEachAsync(
            Enumerable.Range(first, sequences).Chunk(Math.Clamp(sequences / Environment.ProcessorCount, 1, SequencesEach)),
            new ParallelOptions { MaxDegreeOfParallelism = Environment.ProcessorCount },
            async (seeds, _) =>
            {
                await using var home = await TestInstallation.StartAsync(parent: InMemory());
                foreach (var seed in seeds)
                {
                    await TryAsync(home, seed);
                }
            });
    }

    private static async Task TryAsync(TestInstallation home, int seed)
    {
        var steps = Step.Sequence(seed, Steps);
        if (await FailureAsync(home, $"s{seed}", steps) is not { } failure)
            return;
        var (shortest, why) = await ShrinkAsync(home, seed, [.. steps.Take(failure.Index + 1)], failure);
        Assert.Fail(
            $"{why.Message}\nThe shortest sequence that shows it:\n{string.Join('\n', shortest)}\n"
            + $"Again: SWITCHBOARD_MODEL_SEED={seed} SWITCHBOARD_MODEL_SEQUENCES=1\n{why.InnerException}");
    }

    /// <summary>Leaves out step after step as long as what remains still fails.</summary>
    private static async Task<(List<Step> Steps, StepFailedException Why)> ShrinkAsync(
        TestInstallation home, int seed, List<Step> steps, StepFailedException why)
    {
        for (var (i, run) = (steps.Count - 2, 0); i >= 0; i--, run++)
        {
            var fewer = steps.Where((_, index) => index != i).ToList();
            if (await FailureAsync(home, $"s{seed}x{run}", fewer) is { } failure)
                (steps, why) = ([.. fewer.Take(failure.Index + 1)], failure);
            i = Math.Min(i, steps.Count - 1);
        }

        return (steps, why);
    }

    private static async Task<StepFailedException?> FailureAsync(TestInstallation home, string name, List<Step> steps)
    {
        try
        {
            await new Conversation(home, name).RunAsync(steps);
            return null;
        }
        catch (StepFailedException failure)
        {
            return failure;
        }
    }

    /// <summary>A file system without a disk, where the system has one: the flushes of half a million commits cost nothing there.</summary>
    private static string? InMemory() => Directory.Exists("/dev/shm") ? "/dev/shm" : null;

    private static int Setting(string name, int otherwise) =>
        Environment.GetEnvironmentVariable(name) is { Length: > 0 } text ? int.Parse(text, CultureInfo.InvariantCulture) : otherwise;
}
