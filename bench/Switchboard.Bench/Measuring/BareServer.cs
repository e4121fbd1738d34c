using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using System.Net.WebSockets;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Switchboard.Bench.Measuring;

/// <summary>
/// The floor: Kestrel with nothing behind it, in a process of its own with the server's settings. It answers
/// <c>/N</c> with the bytes of the file N, tells every socket on <c>/ws</c> the same bytes at a steady rate, and asks a store's
/// word index for <c>/words?match=…</c>.
/// </summary>
internal sealed class BareServer : ChildProcess
{
    // Newest first, a page and one more, and the messages as they are kept.
    private const string Query =
        """
        SELECT m.* FROM message_search CROSS JOIN message m ON m.sort_key = message_search.rowid
        WHERE message_search MATCH $match ORDER BY message_search.rowid DESC LIMIT 21
        """;

    private BareServer(string folder, int port, string store)
        : base(new ProcessStartInfo(
            Environment.ProcessPath!, ["bare", folder, port.ToString(CultureInfo.InvariantCulture), store])) => Address = new Uri($"http://127.0.0.1:{port}");

    /// <summary>Where it listens.</summary>
    public Uri Address { get; }

    /// <summary>From the start of the process to the first answer.</summary>
    public TimeSpan FirstAnswer { get; private set; }

    /// <summary>Starts one that serves a folder.</summary>
    public static Task<BareServer> StartAsync(string folder, CancellationToken cancellationToken) => StartAsync(folder, "", cancellationToken);

    /// <summary>Starts one that serves a folder and asks the word index of a store.</summary>
    public static async Task<BareServer> StartAsync(string folder, string store, CancellationToken cancellationToken)
    {
        var started = Stopwatch.GetTimestamp();
        var server = new BareServer(folder, FreePort(), store);
        using var client = new HttpClient { BaseAddress = server.Address };
        while (true)
        {
            try
            {
                await client.GetByteArrayAsync(new Uri("/0", UriKind.Relative), cancellationToken);
                server.FirstAnswer = Stopwatch.GetElapsedTime(started);
                return server;
            }
            catch (HttpRequestException) when (!server.HasEnded && Stopwatch.GetElapsedTime(started) < TimeSpan.FromSeconds(30))
            {
                await Task.Delay(2, cancellationToken);
            }
        }
    }

    /// <summary>What the process of its own does.</summary>
    public static async Task ServeAsync(string folder, int port, string store, CancellationToken cancellationToken)
    {
        var readers = new ConcurrentBag<SqliteCommand>();
        var files = Directory.EnumerateFiles(folder).ToDictionary(
            file => "/" + Path.GetFileName(file), File.ReadAllBytes, StringComparer.Ordinal);
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(System.Net.IPAddress.Loopback, port));
        var app = builder.Build();
        app.UseWebSockets();
        app.Run(context => context.WebSockets.IsWebSocketRequest ? TellAsync(context, files["/0"])
            : context.Request.Path == "/words" ? FindAsync(context, readers, store) : AnswerAsync(context, files));
        await app.StartAsync(cancellationToken);
        await app.WaitForShutdownAsync(cancellationToken);
    }

    private static async Task AnswerAsync(HttpContext context, Dictionary<string, byte[]> files)
    {
        var bytes = files[context.Request.Path.Value!];
        context.Response.ContentType = "application/json; charset=utf-8";
        context.Response.ContentLength = bytes.Length;
        await context.Response.BodyWriter.WriteAsync(bytes, context.RequestAborted);
    }

    private static async Task FindAsync(HttpContext context, ConcurrentBag<SqliteCommand> readers, string store)
    {
        var command = readers.TryTake(out var idle) ? idle : Open(store);
        command.Parameters["$match"].Value = context.Request.Query["match"].ToString();
        context.Response.ContentType = "application/json; charset=utf-8";
        await using (var json = new Utf8JsonWriter(context.Response.BodyWriter))
        {
            json.WriteStartArray();
            await using var reader = await command.ExecuteReaderAsync(context.RequestAborted);
            while (await reader.ReadAsync(context.RequestAborted))
            {
                for (var column = 0; column < reader.FieldCount; column++)
                {
                    json.WriteStringValue(reader.IsDBNull(column) ? null : reader.GetString(column));
                }
            }

            json.WriteEndArray();
        }

        readers.Add(command);
    }

    private static SqliteCommand Open(string store)
    {
        var file = new SqliteConnection($"Data Source={store};Mode=ReadOnly;Pooling=false");
        file.Open();
        var command = file.CreateCommand();
        command.CommandText = Query;
        command.Parameters.Add("$match", SqliteType.Text);
        return command;
    }

    // Each socket gets a frame with the time in it at every tick; ticks are the same moments for all.
    private static async Task TellAsync(HttpContext context, byte[] padding)
    {
        var each = TimeSpan.FromMilliseconds(int.Parse(context.Request.Query["every"]!, CultureInfo.InvariantCulture));
        using var socket = await context.WebSockets.AcceptWebSocketAsync();
        var frame = (byte[])padding.Clone();
        while (socket.State == WebSocketState.Open && !context.RequestAborted.IsCancellationRequested)
        {
            var now = TimeProvider.System.GetUtcNow();
            var next = new DateTimeOffset((now.Ticks / each.Ticks * each.Ticks) + each.Ticks, TimeSpan.Zero);
            await Task.Delay(next - now, context.RequestAborted);
            next.TryFormat(frame, out _, "O", CultureInfo.InvariantCulture);
            await socket.SendAsync(frame, WebSocketMessageType.Text, true, context.RequestAborted);
        }
    }
}
