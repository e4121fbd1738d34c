using System.Diagnostics.Metrics;
using Microsoft.Data.Sqlite;
using Switchboard.Core.Sending;
using Switchboard.Server.Hosting;
using Switchboard.Sqlite;

namespace Switchboard.Server.Health;

/// <summary>
/// The server's numbers: those it counts itself, those of its database and those that ASP.NET counts of requests, gathered from
/// .NET's meters when they are wanted and not at all otherwise. A handful of series, whatever is kept: nothing is told apart by
/// chat, person or token.
/// </summary>
internal sealed class ServerMetrics : IDisposable
{
    private const string Requests = "http.server.request.duration";
    private const string Commits = "switchboard.database.commit.duration";
    private const string SocketAnswer = "101";

    private readonly Meter meter;
    private readonly UpDownCounter<long> sockets;
    private readonly Counter<long> events;
    private readonly MeterListener? listener;
    private readonly IReadOnlyList<object> scopes;

    private readonly Buckets requestDurations = new([0.005, 0.025, 0.1, 0.5, 2.5]);
    private readonly Buckets commitDurations = new([0.001, 0.005, 0.025, 0.1, 0.5]);
    private readonly Samples samples = new();

    /// <summary>Begins to count if the options want it.</summary>
    public ServerMetrics(ServerOptions options, DataFolder folder, Database database, TimeProvider clock, IMeterFactory factory)
    {
        meter = factory.Create("Switchboard.Server");
        sockets = meter.CreateUpDownCounter<long>("switchboard.sockets.open", null, "Event sockets that are open.");
        events = meter.CreateCounter<long>("switchboard.events.sent", null, "Events written to sockets.");
        meter.CreateObservableGauge("switchboard.outbox.length", () => Outbox(database).Length, null, "Sends and read positions that wait for their networks.");
        meter.CreateObservableGauge(
            "switchboard.outbox.oldest.age", () => Outbox(database).Oldest is { } oldest ? Math.Max(0, (clock.GetUtcNow() - oldest).TotalSeconds) : 0,
            "s", "How long the oldest of them waits.");
        meter.CreateObservableGauge("switchboard.database.size", () => Size(folder.DatabaseFile), "By", "The database file.");
        meter.CreateObservableGauge("switchboard.database.wal.size", () => Size(folder.DatabaseFile + "-wal"), "By", "Its write-ahead log.");
        meter.CreateObservableGauge("switchboard.memory.resident", () => Environment.WorkingSet, "By", "Memory of the process.");
        // Several servers may live in one process: what belongs to this one is known by these.
        scopes = [factory, database];
        listener = options.Metrics ? Listen() : null;
    }

    /// <summary>Counts a socket as open until the result is disposed.</summary>
    public IDisposable OpenSocket()
    {
        sockets.Add(1);
        return new Closing(sockets);
    }

    /// <summary>Counts an event that was written to a socket.</summary>
    public void CountEvent() => events.Add(1);

    /// <summary>All numbers in the text format of Prometheus.</summary>
    public string Render()
    {
        listener?.RecordObservableInstruments();
        var text = new PrometheusText();
        text.Add("switchboard_requests_total", "counter", "Requests answered, by class of status.", samples.ByClass());
        text.Add("switchboard_request_duration_seconds", "Time from a request to the end of its answer; sockets do not count.", requestDurations);
        text.Add("switchboard_sockets_open", "gauge", "Event sockets that are open.", samples.Of("switchboard.sockets.open"));
        text.Add("switchboard_events_sent_total", "counter", "Events written to sockets.", samples.Of("switchboard.events.sent"));
        text.Add("switchboard_outbox_length", "gauge", "Sends and read positions that wait for their networks.", samples.Of("switchboard.outbox.length"));
        text.Add("switchboard_outbox_oldest_age_seconds", "gauge", "How long the oldest of them waits.", samples.Of("switchboard.outbox.oldest.age"));
        text.Add(
            "switchboard_database_writes_queued", "gauge", "Writes that wait for their turn.", samples.Of("switchboard.database.writes.queued"));
        text.Add("switchboard_database_commit_duration_seconds", "A group of writes, from its begin to its end on the disk.", commitDurations);
        text.Add("switchboard_database_bytes", "gauge", "The database file.", samples.Of("switchboard.database.size"));
        text.Add("switchboard_database_wal_bytes", "gauge", "Its write-ahead log.", samples.Of("switchboard.database.wal.size"));
        text.Add("switchboard_memory_resident_bytes", "gauge", "Memory of the process.", samples.Of("switchboard.memory.resident"));
        return text.ToString();
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        listener?.Dispose();
        meter.Dispose();
    }

    private MeterListener Listen()
    {
        var listening = new MeterListener
        {
            InstrumentPublished = (instrument, self) =>
            {
                if (scopes.Contains(instrument.Meter.Scope)
                    && (instrument.Name == Requests || instrument.Meter.Name is "Switchboard.Server" or Database.MeterName))
                {
                    self.EnableMeasurementEvents(instrument);
                }
            },
        };
        listening.SetMeasurementEventCallback<double>((instrument, value, tags, _) => Take(instrument, value, tags));
        listening.SetMeasurementEventCallback<long>((instrument, value, tags, _) => Take(instrument, value, tags));
        listening.SetMeasurementEventCallback<int>((instrument, value, tags, _) => Take(instrument, value, tags));
        listening.Start();
        return listening;
    }

    private void Take(Instrument instrument, double value, ReadOnlySpan<KeyValuePair<string, object?>> tags)
    {
        switch (instrument.Name)
        {
            case Requests:
                TakeRequest(value, tags);
                break;
            case Commits:
                commitDurations.Add(value);
                break;
            default:
                if (instrument.IsObservable)
                    samples.Set(instrument.Name, value);
                else
                    samples.Add(instrument.Name, value);
                break;
        }
    }

    private void TakeRequest(double seconds, ReadOnlySpan<KeyValuePair<string, object?>> tags)
    {
        foreach (var (name, value) in tags)
        {
            if (name != "http.response.status_code" || Convert.ToString(value, System.Globalization.CultureInfo.InvariantCulture) is not { } status)
                continue;
            samples.CountClass(status);
            if (status != SocketAnswer)
                requestDurations.Add(seconds);
        }
    }

    private static OutboxState Outbox(Database database)
    {
        try
        {
            return OutboxState.Of(database);
        }
        catch (Exception e) when (e is SqliteException or ObjectDisposedException)
        {
            return default;
        }
    }

    private static long Size(string path) => new FileInfo(path) is { Exists: true } file ? file.Length : 0;

    private sealed class Closing(UpDownCounter<long> sockets) : IDisposable
    {
        public void Dispose() => sockets.Add(-1);
    }
}
