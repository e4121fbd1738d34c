using System.Diagnostics;
using System.Net.Sockets;
using System.Text.Json;
using Microsoft.Data.Sqlite;
using Switchboard.Core;
using Switchboard.Networks;

namespace Switchboard.Server.Hosting;

/// <summary>
/// What a log says of a failure: its kind, in one line. Messages are left out, because they may hold addresses, paths and what people
/// wrote, and so are places in source files. Of a fault of ours the line says in which of our methods it was.
/// </summary>
internal static class FailureText
{
    private const int DeepestCause = 5;
    private const int MostMethods = 8;
    private const string FrameMark = "at ";
    private const string Ours = "Switchboard.";

    /// <summary>The line.</summary>
    public static string Of(Exception failure)
    {
        if (failure is AggregateException { InnerExceptions: [var only] })
            return Of(only);
        var causes = new List<Exception>();
        for (var cause = failure; cause is not null && causes.Count < DeepestCause; cause = cause.InnerException)
        {
            causes.Add(cause);
        }

        var kinds = string.Join(" < ", causes.Select(KindOf));
        return causes.Exists(IsForeseen) || MethodsOf(causes[^1]) is not { Length: > 0 } methods ? kinds : $"{kinds} in {methods}";
    }

    private static bool IsForeseen(Exception failure) => failure
        is NetworkException or RefusedException or SqliteException or IOException or HttpRequestException or SocketException
        or OperationCanceledException or UnauthorizedAccessException or TimeoutException or JsonException;

    private static string KindOf(Exception failure) => failure switch
    {
        NetworkException network => $"network {network.Kind}",
        HttpRequestException { StatusCode: { } status } => $"HTTP {(int)status}",
        HttpRequestException http => $"HTTP {http.HttpRequestError}",
        SocketException socket => $"socket {socket.SocketErrorCode}",
        SqliteException sqlite => $"SQLite {sqlite.SqliteErrorCode}/{sqlite.SqliteExtendedErrorCode}",
        _ => failure.GetType().Name,
    };

    private static string MethodsOf(Exception failure)
    {
        var frames = new StackTrace(failure, fNeedFileInfo: false).ToString().Split('\n', StringSplitOptions.TrimEntries);
        return string.Join(" < ", frames
            .Select(frame => frame.StartsWith(FrameMark + Ours, StringComparison.Ordinal) ? frame[FrameMark.Length..] : null).OfType<string>()
            .Select(frame => frame[..(frame.IndexOf('(', StringComparison.Ordinal) is > 0 and var end ? end : frame.Length)])
            .Take(MostMethods));
    }
}
