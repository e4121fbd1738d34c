using Switchboard.Server.Http;

namespace Switchboard.Server.Web;

/// <summary>
/// What the owner's pages call, under <c>/web/v1</c>. It is no part of the contract that clients know, and only the owner may: by a
/// session, or by the owner's token.
/// </summary>
internal sealed class OwnerApi(SessionApi session, ConsentsApi consents, ConnectionsApi connections, AuditApi audit)
{
    /// <summary>Maps the routes.</summary>
    public void Map(Routes routes)
    {
        session.Map(routes);
        consents.Map(routes);
        connections.Map(routes);
        audit.Map(routes);
    }
}
