using Switchboard.Core.Access;
using Switchboard.Core.Audit;
using Switchboard.Server.Spec;

namespace Switchboard.Server.Http;

/// <summary>
/// Notes what a request came to when its answer begins: before a client can know of a change, the change is on its way to the
/// audit log.
/// </summary>
internal sealed class AuditTrail(AuditLog log)
{
    /// <summary>Follows a request of somebody who is known.</summary>
    public void Follow(HttpContext context, DeclaredRoute route, Access access)
    {
        if (route.AuditsItself)
            return;
        context.Response.OnStarting(
            static state =>
            {
                var (trail, context, route, access) = ((AuditTrail, HttpContext, DeclaredRoute, Access))state;
                trail.Note(context, route, access);
                return Task.CompletedTask;
            },
            (this, context, route, access));
    }

    /// <summary>Notes something that the owner did at a browser before there was a session to tell by.</summary>
    public void NoteOwner(Access access, string action) => log.Note(new AuditChange(access.Token, AuditSurface.Web, action));

    /// <summary>Counts what somebody tried who is not known.</summary>
    public void CountNobody(AuditSurface surface, string action, string outcome) => log.CountNobody(surface, action, outcome);

    private void Note(HttpContext context, DeclaredRoute route, Access access)
    {
        var surface = access.Kind == AccessKind.Session ? AuditSurface.Web : route.ProtocolSwitch ? AuditSurface.Socket : AuditSurface.Rest;
        var done = context.Response.StatusCode < 400;
        var subject = context.Items[typeof(AuditSubject)] as AuditSubject;
        if (route.LeavesNothing || route.Access is Scope.Read || HttpMethods.IsGet(route.Method))
        {
            // The owner who looks at the pages is nobody who was let in, and pages that follow a state ask again and again.
            if (access.Kind is AccessKind.Session || (done && route.Access is Scope.Owner))
                return;
            // Beyond the reach of a token nothing is there. That somebody asked is counted, not what for.
            if (done)
                log.Count(access, surface, route.Id, outcome: subject?.Outcome ?? AuditChange.Done);
            else if (context.Items[typeof(ErrorAnswer)] is ErrorAnswer { ChangedNothing: true } refused)
                log.Count(access, surface, route.Id, outcome: refused.Code);
            return;
        }

        if (Refusal(context) is { ChangedNothing: true } refusal)
        {
            // However often somebody tries, it is one line an hour.
            log.Count(access, surface, route.Id, outcome: refusal.Code);
            return;
        }

        var request = new ApiRequest(context, route);
        log.Note(new AuditChange(access.Token, surface, route.Id, Refusal(context)?.Code ?? subject?.Outcome ?? AuditChange.Done)
        {
            Account = subject?.Account ?? Path(request, "accountID"),
            Chat = subject?.Chat ?? Path(request, "chatID"),
            Message = subject?.Message ?? Path(request, "messageID"),
            Subject = subject?.Subject,
            AreGone = subject is not null,
        });
    }

    private static ErrorAnswer? Refusal(HttpContext context) => context.Response.StatusCode < 400
        ? null
        : context.Items[typeof(ErrorAnswer)] as ErrorAnswer ?? new ErrorAnswer(context.Response.StatusCode, "failed", "");

    private static string? Path(ApiRequest request, string name) =>
        request.HasPath(name) && request.Path(name) is { Length: < 500 } text ? text : null;
}
