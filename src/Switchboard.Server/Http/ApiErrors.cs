using Switchboard.Core;
using Switchboard.Core.Media;
using Switchboard.Networks;
using Switchboard.Server.Api.Uploads;
using Switchboard.Server.OAuth;
using Switchboard.Server.Web;
using Switchboard.Sqlite;
using Switchboard.Wire;

namespace Switchboard.Server.Http;

/// <summary>
/// The one place that turns what went wrong into an answer: the contract's error object with the right status
/// (rest.md §1.4). What is not foreseen here is a fault of ours: it is logged, and the client learns no more than that.
/// </summary>
internal sealed partial class ApiErrors(ILogger<ApiErrors> logger)
{
    /// <summary>In the audit log, what a caller did not wait for: it may have happened or not.</summary>
    public const string CancelledCode = "cancelled";

    /// <summary>Runs the rest of the pipeline and answers what it throws.</summary>
    public async Task RunAsync(HttpContext context, RequestDelegate next)
    {
        try
        {
            await next(context);
            if (!context.Response.HasStarted && context.Response is { StatusCode: 404 or 405, ContentLength: null, ContentType: null })
                await WriteAsync(context, NoRoute(context));
        }
        catch (Exception) when (context.RequestAborted.IsCancellationRequested)
        {
            // Nobody waits for an answer any more; the audit log still says that it was begun.
            if (!context.Response.HasStarted)
            {
                context.Response.StatusCode = StatusCodes.Status499ClientClosedRequest;
                context.Items[typeof(ErrorAnswer)] = new ErrorAnswer(StatusCodes.Status499ClientClosedRequest, CancelledCode, "");
            }
        }
        catch (Exception error) when (!context.Response.HasStarted)
        {
            if (error is OAuthException refused)
            {
                await OAuthJson.WriteErrorAsync(context.Response, refused);
                return;
            }

            var answer = Describe(error);
            if (answer.Status >= 500)
                LogFailed(logger, context.TraceIdentifier, context.Request.Method, context.GetEndpoint()?.DisplayName, answer.Status, error);
            await WriteAsync(context, answer);
        }
    }

    /// <summary>Writes an error.</summary>
    /// <param name="context">The request.</param>
    /// <param name="answer">What is wrong.</param>
    /// <param name="asJsonRpc">Say it as JSON-RPC does (auth.md §3), to those who look for nothing else.</param>
    public static async Task WriteAsync(HttpContext context, ErrorAnswer answer, bool asJsonRpc = false)
    {
        var response = context.Response;
        context.Items[typeof(ErrorAnswer)] = answer;
        response.StatusCode = answer.Status;
        response.Headers.CacheControl = "no-store";
        if (answer.RetryAfter is { } wait)
            response.Headers.RetryAfter = ((int)Math.Ceiling(Math.Max(1, wait.TotalSeconds))).ToString(System.Globalization.CultureInfo.InvariantCulture);
        // The SDK repeats 409 and 5xx by itself: a conflict does not go away by that, and a write may have happened.
        if (answer.Status == StatusCodes.Status409Conflict || (answer.Status >= 500 && !HttpMethods.IsGet(context.Request.Method)))
            response.Headers["x-should-retry"] = "false";
        if (asJsonRpc)
            await JsonResponse.WriteRawAsync(response, AsJsonRpc(answer.Message), context.RequestAborted);
        else
            await JsonResponse.WriteAsync(response, answer.ToWire(), context.RequestAborted);
    }

    private static byte[] AsJsonRpc(string message) => System.Text.Encoding.UTF8.GetBytes(
        $$"""{"jsonrpc":"2.0","error":{"code":-32000,"message":"{{System.Text.Json.JsonEncodedText.Encode(message)}}"},"id":null}""");

    private static ErrorAnswer NoRoute(HttpContext context)
    {
        return context.Response.StatusCode == StatusCodes.Status405MethodNotAllowed
            ? new ErrorAnswer(405, "bad_request", $"{context.Request.Method} is not possible here; see the Allow header.")
            : new ErrorAnswer(404, "not_found", "Route not found. See /v1/spec for what there is.");
    }

    /// <summary>What a client hears of it; a status of 500 or more is a fault of ours or of a network.</summary>
    public static ErrorAnswer Describe(Exception error) => error switch
    {
        RefusedException refused => Describe(refused),
        UploadRefusedException upload => Describe(upload),
        SignInException => new(401, "invalid_credentials", error.Message),
        FileTooLargeException => new(413, "bad_request", "The file is larger than the 500 MB that can be uploaded."),
        NetworkException network => Describe(network),
        BadHttpRequestException { StatusCode: 413 } => new(413, "bad_request", "The request body is too large."),
        BadHttpRequestException bad => new(bad.StatusCode is 408 ? 408 : 400, "bad_request", "The request could not be read."),
        _ when DiskFull.Is(error) => StorageFull,
        _ => new(500, "internal_error", "Something went wrong on the server. Its log says more."),
    };

    private static ErrorAnswer StorageFull => new(507, "storage_full", "The server's disk is full. Free some space and try again.");

    private static ErrorAnswer Describe(RefusedException refused)
    {
        var (status, code) = refused.Reason switch
        {
            Refusal.BadRequest => (400, "bad_request"),
            Refusal.InvalidCursor => (400, "invalid_cursor"),
            Refusal.Unsupported => (400, "unsupported"),
            Refusal.Forbidden => (403, "insufficient_scope"),
            Refusal.NotFound => (404, "not_found"),
            Refusal.Conflict => (409, "conflict"),
            Refusal.Invalid => (422, "validation_error"),
            Refusal.RateLimited => (429, "rate_limited"),
            _ => throw new InvalidOperationException($"Unknown refusal {refused.Reason}."),
        };
        return new ErrorAnswer(status, code, refused.Message)
        {
            RetryAfter = refused.RetryAfter,
            Issues = refused.Reason == Refusal.Invalid ? refused.Issues : null,
        };
    }

    private static ErrorAnswer Describe(UploadRefusedException upload) => upload.Kind switch
    {
        UploadRefusal.Malformed => new(400, "bad_request", upload.Message),
        UploadRefusal.TooLarge => new(413, "bad_request", upload.Message),
        UploadRefusal.Invalid => new(422, "validation_error", upload.Message)
        {
            Issues = upload.Issues.Select(issue => new Issue(issue.Code, issue.Message, [.. issue.Path])).ToList(),
        },
        _ => throw new InvalidOperationException($"Unknown upload refusal {upload.Kind}."),
    };

    private static ErrorAnswer Describe(NetworkException network) => network.Kind switch
    {
        _ when network.IsAccountLimited => new(403, "unsupported", network.Message),
        NetworkFailure.Transient => new(502, "bad_gateway", network.Message) { RetryAfter = network.RetryAfter },
        NetworkFailure.StorageFull => StorageFull,
        NetworkFailure.LoginExpired => new(409, "conflict", network.Message),
        NetworkFailure.Rejected => new(400, "unsupported", network.Message),
        NetworkFailure.NotFound => new(404, "not_found", network.Message.Contains("not found", StringComparison.OrdinalIgnoreCase)
            ? network.Message
            : $"Not found: {network.Message}"),
        _ => throw new InvalidOperationException($"Unknown network failure {network.Kind}."),
    };

    [LoggerMessage(Level = LogLevel.Error, Message = "Request {RequestId} failed: {Method} {Route} answered {Status}")]
    private static partial void LogFailed(ILogger logger, string requestId, string method, string? route, int status, Exception error);
}

/// <summary>An error on its way to a client.</summary>
internal sealed record ErrorAnswer(int Status, string Code, string Message)
{
    /// <summary>When to come back.</summary>
    public TimeSpan? RetryAfter { get; init; }

    /// <summary>Whether what was asked for was surely not done.</summary>
    public bool ChangedNothing => Status is < 499;

    /// <summary>What is wrong, value by value; for 422.</summary>
    public IReadOnlyList<Issue>? Issues { get; init; }

    /// <summary>The error object.</summary>
    public ApiError ToWire() => Issues is null
        ? new ApiError { Code = Code, Message = Message }
        : ApiError.Invalid(Message, Issues.Select(issue => new ValidationIssue
        {
            Code = issue.Code,
            Message = issue.Message,
            Path = issue.Path.Select(part => part is int index ? new PathPart(index) : new PathPart((string)part)).ToList(),
        }).ToList());
}
