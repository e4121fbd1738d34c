using Switchboard.Sqlite;
using Xunit;

namespace Switchboard.Core.Tests.Storage;

/// <summary>How much a backup copies between two flushes.</summary>
public sealed class CopyPaceTests
{
    [Fact]
    public void A_quick_disk_is_given_more_at_a_time_up_to_a_bound()
    {
        var pace = new CopyPace();
        var pieces = Enumerable.Range(0, 6).Select(_ => After(pace, 1)).ToList();

        Assert.Equal([128, 256, 512, CopyPace.Most, CopyPace.Most, CopyPace.Most], pieces);
    }

    [Fact]
    public void A_slow_disk_is_given_less_but_always_something()
    {
        var pace = new CopyPace();
        for (var i = 0; i < 4; i++)
        {
            pace.Learn(TimeSpan.Zero);
        }

        Assert.Equal([512, 256, 128, CopyPace.Least, CopyPace.Least], Enumerable.Range(0, 5).Select(_ => After(pace, 60)));
    }

    [Fact]
    public void What_nobody_feels_stays_as_it_is()
    {
        var pace = new CopyPace();
        pace.Learn(TimeSpan.Zero);

        Assert.Equal(2 * CopyPace.Least, After(pace, 25));
    }

    private static int After(CopyPace pace, int milliseconds)
    {
        pace.Learn(TimeSpan.FromMilliseconds(milliseconds));
        return pace.Pages;
    }
}
