using Microsoft.Extensions.Logging;

namespace Switchboard.Matrix.Sync;

/// <summary>What a stranger wrote must not stop what everybody else did. Reading is lenient; this is for what it did not foresee.</summary>
internal static partial class EventGuard
{
    /// <summary>Takes an event; one that cannot be read is passed over.</summary>
    public static void Take(string room, ILogger logger, Action take)
    {
        try
        {
            take();
        }
        catch (Exception e) when (e is InvalidOperationException or ArgumentException or FormatException or OverflowException)
        {
            var name = RoomName(room);
            LogPassedOver(logger, name, e.GetType().Name);
        }
    }

    /// <summary>A room as a log may name it: without the homeserver in its id.</summary>
    public static string RoomName(string room) => room.Split(':')[0];

    [LoggerMessage(Level = LogLevel.Warning, Message = "An event in {Room} could not be read and was passed over ({Error})")]
    private static partial void LogPassedOver(ILogger logger, string room, string error);
}
