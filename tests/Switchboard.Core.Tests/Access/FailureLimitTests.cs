using Switchboard.Core.Access;
using Switchboard.Testing;
using Xunit;

namespace Switchboard.Core.Tests.Access;

/// <summary>Failures are counted by address, and forgotten.</summary>
public sealed class FailureLimitTests
{
    private readonly ManualClock clock = new();

    [Fact]
    public void So_many_pass_and_then_none_until_the_window_is_over()
    {
        var limit = new FailureLimit(3, TimeSpan.FromMinutes(1), clock);
        for (var i = 0; i < 3; i++)
        {
            Assert.Null(limit.Count("a"));
        }

        clock.Advance(TimeSpan.FromSeconds(20));
        Assert.Equal(TimeSpan.FromSeconds(40), limit.Count("a"));
        Assert.Equal(TimeSpan.FromSeconds(40), limit.WaitOf("a"));
        Assert.Null(limit.WaitOf("b"));
        clock.Advance(TimeSpan.FromSeconds(40));
        Assert.Null(limit.WaitOf("a"));
        Assert.Null(limit.Count("a"));
    }

    [Fact]
    public void Any_number_passes_when_there_is_no_limit()
    {
        var limit = new FailureLimit(0, TimeSpan.FromMinutes(1), clock);

        Assert.All(Enumerable.Range(0, 1000), _ => Assert.Null(limit.Count("a")));
    }

    [Fact]
    public void Countless_addresses_neither_fill_the_memory_nor_make_anybody_free()
    {
        var limit = new FailureLimit(2, TimeSpan.FromMinutes(1), clock);
        for (var i = 0; i < 10_010; i++)
        {
            limit.Count($"address {i}");
        }

        limit.Count("address 0");
        Assert.NotNull(limit.WaitOf("address 0"));
        Assert.NotNull(limit.WaitOf("one more"));
        clock.Advance(TimeSpan.FromMinutes(1));
        Assert.Null(limit.WaitOf("one more"));
        Assert.Null(limit.Count("one more"));
        Assert.Null(limit.WaitOf("another"));
    }
}
