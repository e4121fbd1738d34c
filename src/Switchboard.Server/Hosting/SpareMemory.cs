using System.Runtime.InteropServices;

namespace Switchboard.Server.Hosting;

/// <summary>
/// Gives memory back to the system that heavy work left behind, such as a first sync or the reading of an archive. The runtime
/// keeps it in case the same comes again, which on the small machine of one person it rarely does.
/// </summary>
/// <param name="clock">The time.</param>
/// <param name="allocated">How many bytes the process has allocated since it began.</param>
/// <param name="giveBack">Gives back what can be; takes some hundredths of a second, in which nothing else runs.</param>
internal sealed class SpareMemory(TimeProvider clock, Func<long> allocated, Action giveBack)
{
    /// <summary>How often it looks.</summary>
    public static readonly TimeSpan Between = TimeSpan.FromSeconds(5);

    /// <summary>Bytes allocated after which it is worth it.</summary>
    public const long Much = 64L << 20;

    /// <summary>Bytes allocated from one look to the next below which there is nothing to do.</summary>
    public const long Little = 1L << 20;

    private delegate int MallocTrim(nint kept);

    /// <summary>That of this process.</summary>
    public static SpareMemory OfThisProcess(TimeProvider clock) => new(
        clock,
        () => GC.GetTotalAllocatedBytes(),
        () =>
        {
            GC.Collect(GC.MaxGeneration, GCCollectionMode.Aggressive, blocking: true, compacting: true);
            TrimNative();
        });

    /// <summary>Runs until stopped.</summary>
    public async Task RunAsync(CancellationToken stopping)
    {
        using var timer = new PeriodicTimer(Between, clock);
        var (before, givenBack) = (allocated(), 0L);
        try
        {
            while (await timer.WaitForNextTickAsync(stopping))
            {
                var now = allocated();
                if (now - before < Little && now - givenBack >= Much)
                {
                    giveBack();
                    givenBack = now;
                }

                before = now;
            }
        }
        catch (OperationCanceledException) when (stopping.IsCancellationRequested)
        {
            // The end.
        }
    }

    // What SQLite gave back to the C library. Only glibc keeps so much of it that it has a call for this.
    private static void TrimNative()
    {
        if (!NativeLibrary.TryLoad("libc.so.6", out var library))
            return;
        if (NativeLibrary.TryGetExport(library, "malloc_trim", out var trim))
            _ = Marshal.GetDelegateForFunctionPointer<MallocTrim>(trim)(0);
        NativeLibrary.Free(library);
    }
}
