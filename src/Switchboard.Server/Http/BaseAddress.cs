namespace Switchboard.Server.Http;

internal static class BaseAddress
{
    extension(HttpRequest request)
    {
        /// <summary>The address by which this client reached us, without a slash at its end. The host was checked before.</summary>
        public string BaseUrl() => request.HttpContext.Peer()?.BaseUrl ?? $"{request.Scheme}://{request.Host.ToUriComponent()}";

        /// <summary>
        /// Whether a browser says that one of our own pages asks, or that a person does. Ports of one machine are one site to a browser
        /// and cookies know no ports, so the site is not enough. Programs other than browsers say nothing, and that is good too.
        /// </summary>
        public bool IsSameOrigin()
        {
            if (request.Headers.Origin is [var origin, ..] && !string.Equals(origin, request.BaseUrl(), StringComparison.OrdinalIgnoreCase))
                return false;
            return request.Headers["Sec-Fetch-Site"] is not [var site, ..] || site is "same-origin" or "none";
        }
    }

    extension(HttpContext context)
    {
        /// <summary>From where the request came; <c>null</c> before the guard has looked.</summary>
        public Peer? Peer() => context.Items[typeof(Peer)] as Peer;

        /// <summary>The address that failures are counted by.</summary>
        public string PeerAddress() => context.Peer()?.Address ?? "unknown";
    }
}
