using Switchboard.Matrix.Timeline;
using Switchboard.Networks;

namespace Switchboard.Matrix.Bridges;

/// <summary>What bridges report of messages of ours (matrix.md §3.9).</summary>
internal static class SendStatus
{
    /// <summary>The event's type.</summary>
    public const string EventType = "com.beeper.message_send_status";

    private const int MostUsers = 1000;
    private const char Warning = '⚠';

    /// <summary>Reads a status event; <c>null</c> when it is malformed.</summary>
    public static Mapped.Status? Read(MatrixEvent status, DateTimeOffset now)
    {
        var content = status.Content;
        if (Relations.Read(content) is not { Type: "m.reference", Target: { } target })
            return null;
        SendProgress? progress = content.Text("status") switch
        {
            "SUCCESS" => SendProgress.Success,
            "PENDING" => SendProgress.Pending,
            "FAIL_RETRIABLE" => SendProgress.FailedRetriable,
            "FAIL_PERMANENT" => SendProgress.FailedPermanently,
            _ => null,
        };
        return progress is null ? null : new(target, new SendReport(progress.Value, MatrixTime.Of(status.At, now))
        {
            Reason = content.Id("reason"),
            Message = content.Text("message"),
            InternalError = content.Text("internal_error"),
            DeliveredTo = content.Has("delivered_to_users")
                ? [.. content.Child("delivered_to_users").Items(MostUsers).Select(item => item.AsId()).OfType<string>()
                    .Distinct().Select(id => new UserId(id))]
                : null,
        });
    }

    /// <summary>
    /// Reads an error that a bridge without status events reports in words: a notice of its bot that answers an event of ours and
    /// begins with a warning sign.
    /// </summary>
    public static SendReport? ReadNotice(MatrixEvent notice, Relations relations, DateTimeOffset now) =>
        relations.ReplyTo is not null && notice.Content.Text("msgtype") == "m.notice"
        && notice.Content.Text("body") is { } body
        && BodyText.WithoutQuote(body).TrimStart() is { Length: > 0 } words && words[0] == Warning
            ? new SendReport(SendProgress.FailedRetriable, MatrixTime.Of(notice.At, now))
            {
                Reason = "m.event_not_handled",
                Message = words.TrimStart(Warning, '\uFE0F', ' '),
            }
            : null;
}
