using System.Net;
using System.Net.Http.Headers;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using ModelContextProtocol;
using ModelContextProtocol.Protocol;

namespace Switchboard.Server.Mcp;

/// <summary>The tools of a running server, asked for over HTTP; further narrowed by a policy of one's own.</summary>
internal sealed class RemoteTools : IDisposable
{
    // Of a server that is reached through HTTP alone, which each request reaches anew.
    private const string Version = "2025-11-25";

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(100);

    private readonly HttpClient http;
    private readonly ToolPolicy policy;
    private readonly Func<Uri?> server;
    private long requests;

    /// <summary>Prepares; nothing is sent yet.</summary>
    /// <param name="server">Where the server is now; <c>null</c> when it does not run.</param>
    /// <param name="token">The access token.</param>
    /// <param name="policy">What is offered of what the server offers.</param>
    public RemoteTools(Func<Uri?> server, string token, ToolPolicy policy)
    {
        this.server = server;
        this.policy = policy;
        // A token goes nowhere but to the server that was named.
        http = new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false, UseProxy = false }) { Timeout = Patience };
        if (!http.DefaultRequestHeaders.TryAddWithoutValidation("Authorization", "Bearer " + token))
            throw new Hosting.StartRefusedException("The access token holds characters that no token has.");
        http.DefaultRequestHeaders.Accept.ParseAdd("application/json, text/event-stream");
        http.DefaultRequestHeaders.Add(McpProtocol.VersionHeader, Version);
    }

    /// <summary>The tools that the server offers and the policy lets through.</summary>
    public async ValueTask<ListToolsResult> ListAsync(CancellationToken cancellationToken)
    {
        var listed = await AskAsync(
            "tools/list", new ListToolsRequestParams(), TypeOf<ListToolsRequestParams>(), TypeOf<ListToolsResult>(), cancellationToken);
        return new ListToolsResult
        {
            Tools = [.. listed.Tools.Where(tool => policy.Offers(tool.Name))],
            CacheScope = CacheScope.Private,
            TimeToLive = TimeSpan.Zero,
        };
    }

    /// <summary>Carries a call to the server.</summary>
    /// <exception cref="McpProtocolException">The tool is not offered, or the server could not be asked.</exception>
    public async ValueTask<CallToolResult> CallAsync(CallToolRequestParams? call, CancellationToken cancellationToken)
    {
        if (call is null || !policy.Offers(call.Name))
            throw new McpProtocolException("This server offers no tool of that name. See tools/list.", McpErrorCode.InvalidParams);
        return await AskAsync(
            "tools/call", new CallToolRequestParams { Name = call.Name, Arguments = call.Arguments }, TypeOf<CallToolRequestParams>(),
            TypeOf<CallToolResult>(), cancellationToken);
    }

    /// <inheritdoc/>
    public void Dispose() => http.Dispose();

    private async Task<TResult> AskAsync<TParameters, TResult>(
        string method, TParameters parameters, JsonTypeInfo<TParameters> parametersType, JsonTypeInfo<TResult> resultType,
        CancellationToken cancellationToken)
    {
        var request = new JsonRpcRequest
        {
            Id = new RequestId(Interlocked.Increment(ref requests)),
            Method = method,
            Params = JsonSerializer.SerializeToNode(parameters, parametersType),
        };
        var address = server() is { } now ? new Uri(now, "/v0/mcp") : throw Unreachable(null, null);
        var bytes = JsonSerializer.SerializeToUtf8Bytes(request, TypeOf<JsonRpcMessage>());
        using var content = new ByteArrayContent(bytes) { Headers = { ContentType = new MediaTypeHeaderValue("application/json") } };
        try
        {
            using var answer = await http.PostAsync(address, content, cancellationToken);
            await using var body = await answer.Content.ReadAsStreamAsync(cancellationToken);
            return await JsonSerializer.DeserializeAsync(body, TypeOf<JsonRpcMessage>(), cancellationToken) switch
            {
                JsonRpcResponse response => response.Result.Deserialize(resultType)!,
                JsonRpcError error => throw new McpProtocolException(error.Error.Message, Code(answer.StatusCode, error.Error.Code)),
                _ => throw Unreachable(address, null),
            };
        }
        catch (Exception e) when (e is HttpRequestException or JsonException or TaskCanceledException && !cancellationToken.IsCancellationRequested)
        {
            throw Unreachable(address, e);
        }
    }

    private static McpErrorCode Code(HttpStatusCode status, int code) =>
        status == HttpStatusCode.OK ? (McpErrorCode)code : McpErrorCode.InternalError;

    private static McpProtocolException Unreachable(Uri? address, Exception? inner) => new(
        $"No Switchboard server with MCP {(address is null ? "runs on this data folder" : $"answers at {address}")}. Start it with switchboard, or "
        + "name it with --url.",
        inner, McpErrorCode.InternalError);

    private static JsonTypeInfo<T> TypeOf<T>() => (JsonTypeInfo<T>)McpJsonUtilities.DefaultOptions.GetTypeInfo(typeof(T));
}
