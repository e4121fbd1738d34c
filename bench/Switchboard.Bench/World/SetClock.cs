namespace Switchboard.Bench.World;

/// <summary>A clock that shows what it was set to.</summary>
internal sealed class SetClock : TimeProvider
{
    /// <summary>The time.</summary>
    public DateTimeOffset Now { get; set; }

    /// <inheritdoc/>
    public override DateTimeOffset GetUtcNow() => Now;
}
