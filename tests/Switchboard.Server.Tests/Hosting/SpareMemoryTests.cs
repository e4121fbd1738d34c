using Switchboard.Server.Hosting;
using Switchboard.Testing;
using Xunit;

namespace Switchboard.Server.Tests.Hosting;

public sealed class SpareMemoryTests
{
    [Fact]
    public async Task What_heavy_work_left_is_given_back_once_when_there_is_nothing_to_do()
    {
        // Bytes allocated by each look, and how often something had been given back before it.
        (long Allocated, int GivenBack)[] looks =
        [
            (0, 0),
            (SpareMemory.Little - 1, 0),
            (SpareMemory.Much, 0),
            (SpareMemory.Much + 1, 0),
            (SpareMemory.Much + 2, 1),
            (SpareMemory.Much + SpareMemory.Little, 1),
            (SpareMemory.Much * 3, 1),
            (SpareMemory.Much * 4, 1),
            (SpareMemory.Much * 4, 1),
            (SpareMemory.Much * 4, 2),
        ];
        var clock = new ManualClock();
        using var looked = new SemaphoreSlim(0);
        using var stopping = new CancellationTokenSource();
        var (allocated, givenBack, seen) = (0L, 0, new List<int>());
        var running = new SpareMemory(clock, Look, () => givenBack++).RunAsync(stopping.Token);
        Assert.True(await looked.WaitAsync(Patience.Longest));
        foreach (var look in looks)
        {
            allocated = look.Allocated;
            clock.Advance(SpareMemory.Between);
            Assert.True(await looked.WaitAsync(Patience.Longest));
        }

        await stopping.CancelAsync();
        await running;
        Assert.Equal([0, .. looks.Select(look => look.GivenBack)], seen);

        long Look()
        {
            seen.Add(givenBack);
            var now = allocated;
            looked.Release();
            return now;
        }
    }
}
