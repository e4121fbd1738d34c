namespace Switchboard.Wire;

/// <summary>How well a network does something (objects.md §4); a number on the wire.</summary>
public enum Level
{
    /// <summary>The network refuses it.</summary>
    Rejected = -2,

    /// <summary>The network drops it silently.</summary>
    Dropped = -1,

    /// <summary>Not there.</summary>
    Unsupported = 0,

    /// <summary>In part.</summary>
    Partial = 1,

    /// <summary>Whole.</summary>
    Full = 2,
}
