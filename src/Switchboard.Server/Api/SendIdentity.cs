using System.Globalization;
using System.Security.Cryptography;
using Switchboard.Core;
using Switchboard.Core.Messages;

namespace Switchboard.Server.Api;

/// <summary>What makes a repeated send recognisable (rest.md §1.5).</summary>
internal static class SendIdentity
{
    private const int LongestKey = 255;

    /// <summary>Reads the client's key and the SDK's count of repetitions.</summary>
    public static RequestIdentity Of(HttpRequest request, byte[] body)
    {
        var key = request.Headers["Idempotency-Key"] is [{ Length: > 0 } given] ? given : null;
        if (key?.Length > LongestKey)
            throw new RefusedException(Refusal.BadRequest, $"An Idempotency-Key has at most {LongestKey} characters.");
        var isRetry = int.TryParse(request.Headers["X-Stainless-Retry-Count"], NumberStyles.None, CultureInfo.InvariantCulture, out var count)
            && count > 0;
        return new RequestIdentity(key, SHA256.HashData(body), isRetry);
    }
}
