namespace Switchboard.Server.Health;

/// <summary>The newest value of each number, and requests by the first digit of their status.</summary>
internal sealed class Samples
{
    private readonly Lock gate = new();
    private readonly Dictionary<string, double> values = new(StringComparer.Ordinal);
    private readonly long[] classes = new long[5];

    /// <summary>A number is that now.</summary>
    public void Set(string name, double value)
    {
        lock (gate)
        {
            values[name] = value;
        }
    }

    /// <summary>A number has grown by that.</summary>
    public void Add(string name, double value)
    {
        lock (gate)
        {
            values[name] = values.GetValueOrDefault(name) + value;
        }
    }

    /// <summary>A number; 0 when nothing was said of it yet.</summary>
    public double Of(string name)
    {
        lock (gate)
        {
            return values.GetValueOrDefault(name);
        }
    }

    /// <summary>A request was answered with that status.</summary>
    public void CountClass(string status)
    {
        if (status.Length == 3 && status[0] is >= '1' and <= '5')
            Interlocked.Increment(ref classes[status[0] - '1']);
    }

    /// <summary>How many requests were answered with each class of status.</summary>
    public IReadOnlyList<(string Labels, double Value)> ByClass() =>
        classes.Select((_, index) => ($$"""{status="{{index + 1}}xx"}""", (double)Interlocked.Read(ref classes[index]))).ToList();
}

/// <summary>How often something took at most so long.</summary>
/// <param name="bounds">Upper bounds in seconds, ascending.</param>
internal sealed class Buckets(IReadOnlyList<double> bounds)
{
    private readonly Lock gate = new();
    private readonly long[] counts = new long[bounds.Count + 1];
    private double sum;

    /// <summary>It took that long.</summary>
    public void Add(double seconds)
    {
        var index = 0;
        while (index < bounds.Count && seconds > bounds[index])
        {
            index++;
        }

        lock (gate)
        {
            counts[index]++;
            sum += seconds;
        }
    }

    /// <summary>How often it took at most each bound, how often in all, and how long in all.</summary>
    public (IReadOnlyList<(double Bound, long Count)> Cumulative, long Count, double Sum) Read()
    {
        lock (gate)
        {
            var total = 0L;
            var cumulative = bounds.Select((bound, index) => (bound, total += counts[index])).ToList();
            return (cumulative, total + counts[^1], sum);
        }
    }
}
