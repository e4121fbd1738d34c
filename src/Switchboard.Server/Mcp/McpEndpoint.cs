using System.Net.ServerSentEvents;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Microsoft.AspNetCore.Http.Features;
using ModelContextProtocol;
using ModelContextProtocol.Protocol;
using ModelContextProtocol.Server;
using Switchboard.Core.Access;
using Switchboard.Server.Http;
using Switchboard.Server.Spec;

namespace Switchboard.Server.Mcp;

/// <summary>
/// MCP over HTTP (mcp.md §1): every request stands alone, is checked against its token anew, and is answered with one JSON
/// body. There are no sessions and no streams, so nothing is left when a request is over; what the protocol makes of a
/// message is left to the MCP SDK.
/// </summary>
internal sealed class McpEndpoint(ToolRunner runner)
{
    // A file in Base64, and the call around it.
    private const int LargestBody = (MessageTools.LargestFile / 3 * 4) + (1024 * 1024);

    private const int Refused = -32000;

    private static readonly JsonTypeInfo<JsonRpcMessage> MessageType =
        (JsonTypeInfo<JsonRpcMessage>)McpJsonUtilities.DefaultOptions.GetTypeInfo(typeof(JsonRpcMessage));

    private static ProtocolRefusal TooLarge => new(
        413, Refused, $"The request is larger than {LargestBody} bytes. Larger files: POST /v1/assets/upload.");

    private static ProtocolRefusal Unreadable => new(200, (int)McpErrorCode.InvalidParams, "The parameters cannot be read.");

    /// <summary>Maps the routes.</summary>
    public void Map(Routes routes)
    {
        foreach (var route in DeclaredRoutes.Mcp)
        {
            routes.MapRaw(route, (request, _) => RunAsync(request.Http, request.Access));
        }
    }

    private async Task RunAsync(HttpContext context, Access access)
    {
        context.Response.Headers.CacheControl = "no-store";
        if (HttpMethods.IsPost(context.Request.Method))
        {
            await PostAsync(context, access);
        }
        else if (HttpMethods.IsDelete(context.Request.Method))
        {
            // Ending a session that is not kept has succeeded already.
            context.Response.StatusCode = StatusCodes.Status204NoContent;
        }
        else
        {
            context.Response.Headers.Allow = "POST, DELETE";
            await RefuseAsync(context, new ProtocolRefusal(405, Refused, "This server sends nothing by itself: POST each request."), default);
        }
    }

    private async Task PostAsync(HttpContext context, Access access)
    {
        if (!context.Request.HasJsonContentType())
        {
            await RefuseAsync(context, new ProtocolRefusal(415, Refused, "Send JSON, with Content-Type: application/json."), default);
            return;
        }

        var (message, refusal) = await ReadAsync(context);
        refusal ??= McpProtocol.Check(context.Request.Headers, message!);
        if (refusal is not null)
            await RefuseAsync(context, refusal, message is JsonRpcRequest request ? request.Id : default);
        else
            await AnswerAsync(context, access, message!);
    }

    private static async Task<(JsonRpcMessage? Message, ProtocolRefusal? Refusal)> ReadAsync(HttpContext context)
    {
        context.Features.GetRequiredFeature<IHttpMaxRequestBodySizeFeature>().MaxRequestBodySize = LargestBody;
        if (context.Request.ContentLength > LargestBody)
            return (null, TooLarge);
        byte[] bytes;
        try
        {
            bytes = await JsonBody.ReadBytesAsync(context.Request, LargestBody, context.RequestAborted);
        }
        catch (BadHttpRequestException bad)
        {
            return (null, bad.StatusCode == 413 ? TooLarge : new ProtocolRefusal(bad.StatusCode, Refused, "The request could not be read."));
        }

        try
        {
            JsonBody.Validate(bytes);
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            return (null, new ProtocolRefusal(400, (int)McpErrorCode.ParseError, "The body is not valid JSON in UTF-8."));
        }

        try
        {
            // Two readers could take the one or the other of two equal names.
            JsonDocument.Parse(bytes, new JsonDocumentOptions { AllowDuplicateProperties = false }).Dispose();
        }
        catch (JsonException)
        {
            return (null, new ProtocolRefusal(400, (int)McpErrorCode.InvalidRequest, "A name stands twice in an object of the body."));
        }

        return Parse(bytes, context.Request.Headers[McpProtocol.VersionHeader].ToString());
    }

    private static (JsonRpcMessage? Message, ProtocolRefusal? Refusal) Parse(byte[] bytes, string version)
    {
        if (bytes.AsSpan().TrimStart(" \t\r\n"u8) is [(byte)'[', ..])
            return (null, new ProtocolRefusal(400, (int)McpErrorCode.InvalidRequest, "Send one message at a time: batches are not taken."));
        try
        {
            if (JsonSerializer.Deserialize(bytes, MessageType) is { } message)
            {
                if (version.Length > 0)
                    message.Context = new JsonRpcMessageContext { ProtocolVersion = version };
                return (message, null);
            }
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException or ArgumentException)
        {
            // Said below, as for a bare null.
        }

        return (null, new ProtocolRefusal(400, (int)McpErrorCode.InvalidRequest, "The body is no JSON-RPC 2.0 message."));
    }

    /// <summary>Lets the SDK make the answer of one message.</summary>
    private async Task AnswerAsync(HttpContext context, Access access, JsonRpcMessage message)
    {
        var (response, stop) = (context.Response, context.RequestAborted);
        if (message is not JsonRpcRequest request)
        {
            // Notifications and answers speak of earlier requests, which are over.
            response.StatusCode = StatusCodes.Status202Accepted;
            return;
        }

        var baseUrl = context.Request.BaseUrl();
        var reached = false;
        var options = McpServerIdentity.Options(
            (_, _) => ValueTask.FromResult(runner.List(access)),
            (call, cancellationToken) =>
            {
                reached = true;
                return runner.CallAsync(access, baseUrl, call.Params, cancellationToken);
            });
        using var written = new MemoryStream();
        try
        {
            await using var transport = new StreamableHttpServerTransport(null) { Stateless = true };
            await using var server = McpServer.Create(transport, options, null, null);
            using var ended = CancellationTokenSource.CreateLinkedTokenSource(stop);
            var running = server.RunAsync(ended.Token);
            await transport.HandlePostRequestAsync(request, written, stop);
            await ended.CancelAsync();
            await running.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException or ArgumentException or McpException)
        {
            await RefuseAsync(context, Unreadable, request.Id);
            return;
        }

        var json = Single(written);
        var error = ErrorOf(json);
        // The SDK calls parameters that it cannot read a fault of its own.
        if (error == (int)McpErrorCode.InternalError && !reached)
        {
            await RefuseAsync(context, Unreadable, request.Id);
            return;
        }

        if (context.Request.Headers[McpProtocol.VersionHeader] == McpProtocol.Stateless)
            response.StatusCode = StatusOf(error);
        await JsonResponse.WriteRawAsync(response, json, stop);
    }

    /// <summary>The one message that the SDK wrote as an event.</summary>
    private static byte[] Single(MemoryStream written)
    {
        written.Position = 0;
        return SseParser.Create(written, (_, bytes) => bytes.ToArray()).Enumerate().Last().Data;
    }

    private static int? ErrorOf(byte[] json)
    {
        using var answer = JsonDocument.Parse(json);
        return answer.RootElement.TryGetProperty("error", out var error) ? error.GetProperty("code").GetInt32() : null;
    }

    /// <summary>From 2026-07-28 some errors have a status of their own.</summary>
    private static int StatusOf(int? error) => error switch
    {
        (int)McpErrorCode.MethodNotFound => 404,
        (int)McpErrorCode.MissingRequiredClientCapability or (int)McpErrorCode.UnsupportedProtocolVersion
            or (int)McpErrorCode.HeaderMismatch => 400,
        _ => 200,
    };

    private static Task RefuseAsync(HttpContext context, ProtocolRefusal refusal, RequestId id)
    {
        context.Response.StatusCode = refusal.Status;
        var json = JsonSerializer.SerializeToUtf8Bytes(refusal.ToWire(id), MessageType);
        return JsonResponse.WriteRawAsync(context.Response, json, context.RequestAborted);
    }
}
