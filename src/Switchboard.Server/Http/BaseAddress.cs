namespace Switchboard.Server.Http;

internal static class BaseAddress
{
    extension(HttpRequest request)
    {
        /// <summary>The address by which this client reached us, without a slash at its end. The host was checked before.</summary>
        public string BaseUrl() => $"{request.Scheme}://{request.Host.ToUriComponent()}";
    }
}
