namespace Switchboard.Bench.Measuring;

/// <summary>What figures are taken on.</summary>
internal static class Machine
{
    /// <summary>Processor, cores and system in a few words.</summary>
    public static string Describe()
    {
        var model = File.ReadLines("/proc/cpuinfo").FirstOrDefault(line => line.StartsWith("model name", StringComparison.Ordinal))?.Split(": ")[^1].Trim();
        return $"{Environment.ProcessorCount} cores ({model ?? "unknown processor"}), .NET {Environment.Version}";
    }
}
