using System.Net;
using System.Net.Sockets;
using Switchboard.Core;
using Switchboard.Core.Access;
using Switchboard.Networks;
using Switchboard.Server.OAuth;
using Switchboard.Testing;
using Xunit;

namespace Switchboard.Server.Tests.OAuth;

/// <summary>Clients that are described by a document: what is fetched, and what never.</summary>
public sealed class ClientDocumentsTests
{
    private const string Id = "https://app.example/oauth/client.json";
    private static readonly ManualClock Clock = new();

    [Fact]
    public async Task A_document_in_order_is_a_client()
    {
        using var documents = Over(Answer($$"""{"client_id":"{{Id}}","client_name":"App","client_uri":"https://app.example/","redirect_uris":["https://app.example/cb"]}"""));

        var client = await documents.FindAsync(Id, "a", CancellationToken.None);

        Assert.Equal(("App", OAuthClientKind.Document, "https://app.example/"), (client.Name, client.Kind, client.Uri));
        Assert.Equal(["https://app.example/cb"], client.RedirectUris);
    }

    [Theory]
    [InlineData("""{"client_id":"https://other.example/x","redirect_uris":["https://app.example/cb"]}""")]
    [InlineData("""{"redirect_uris":["https://app.example/cb"]}""")]
    [InlineData("""{"client_id":"ID"}""")]
    [InlineData("""{"client_id":"ID","redirect_uris":[]}""")]
    [InlineData("""{"client_id":"ID","redirect_uris":["javascript:alert(1)"]}""")]
    [InlineData("""{"client_id":"ID","redirect_uris":["https://app.example/cb"],"token_endpoint_auth_method":"client_secret_basic"}""")]
    [InlineData("""{"client_id":"ID","redirect_uris":["https://app.example/cb"],"client_secret":"x"}""")]
    [InlineData("""{"client_id":"ID","redirect_uris":"https://app.example/cb"}""")]
    [InlineData("[]")]
    [InlineData("nonsense")]
    public async Task One_that_is_not_is_none(string json)
    {
        using var documents = Over(Answer(json.Replace("ID", Id, StringComparison.Ordinal)));

        Assert.Equal("invalid_client", (await Assert.ThrowsAsync<OAuthException>(() => documents.FindAsync(Id, "a", CancellationToken.None))).Error);
    }

    [Theory]
    [InlineData(302, "application/json")]
    [InlineData(404, "application/json")]
    [InlineData(200, "text/html")]
    public async Task Only_a_plain_answer_in_json_is_read(int status, string type)
    {
        var answer = Answer($$"""{"client_id":"{{Id}}","redirect_uris":["https://app.example/cb"]}""", type);
        answer.StatusCode = (HttpStatusCode)status;
        using var documents = Over(answer);

        await Assert.ThrowsAsync<OAuthException>(() => documents.FindAsync(Id, "a", CancellationToken.None));
    }

    [Fact]
    public async Task A_large_document_is_not_read_to_its_end()
    {
        using var documents = Over(Answer($$"""{"client_id":"{{Id}}","redirect_uris":["https://app.example/cb"],"x":"{{new string('x', 40_000)}}"}"""));

        await Assert.ThrowsAsync<OAuthException>(() => documents.FindAsync(Id, "a", CancellationToken.None));
    }

    [Theory]
    [InlineData("http://app.example/client.json")]
    [InlineData("https://app.example")]
    [InlineData("https://app.example/")]
    [InlineData("https://app.example:8443/client.json")]
    [InlineData("https://me@app.example/client.json")]
    [InlineData("https://app.example/client.json#x")]
    [InlineData("https://app.example/a/../client.json")]
    [InlineData("https://APP.example/client.json")]
    [InlineData("https://app。example/client.json")]
    [InlineData("file:///etc/passwd")]
    [InlineData("https://\u0430pp.example/client.json")]
    public void Only_an_https_address_with_a_path_in_its_one_spelling_is_an_id(string id) => Assert.False(ClientDocuments.IsGoodId(id));

    [Fact]
    public void A_host_in_another_alphabet_is_written_as_punycode() => Assert.True(ClientDocuments.IsGoodId("https://xn--pp-hlc.example/client.json"));

    [Fact]
    public async Task What_was_read_is_known_for_a_while_and_nothing_is_fetched_too_often()
    {
        var handler = new Script(() => Answer($$"""{"client_id":"{{Id}}","redirect_uris":["https://app.example/cb"]}"""));
        using var documents = new ClientDocuments(
            handler, new FailureLimit(2, TimeSpan.FromHours(1), Clock), new FailureLimit(4, TimeSpan.FromHours(1), Clock), Clock);
        await documents.FindAsync(Id, "a", CancellationToken.None);
        await documents.FindAsync(Id, "a", CancellationToken.None);
        Assert.Equal(1, handler.Asked);
        Clock.Advance(TimeSpan.FromMinutes(5));
        await documents.FindAsync(Id, "a", CancellationToken.None);
        Assert.Equal(2, handler.Asked);
        Clock.Advance(TimeSpan.FromMinutes(5));

        Assert.Equal(Refusal.RateLimited, (await Assert.ThrowsAsync<RefusedException>(() => documents.FindAsync(Id, "a", CancellationToken.None))).Reason);
        Assert.Equal(2, handler.Asked);
    }

    [Fact]
    public async Task What_cannot_be_read_is_not_asked_for_again_at_once_and_nobody_locks_others_out()
    {
        var handler = new Script(() => new HttpResponseMessage(HttpStatusCode.NotFound));
        using var documents = new ClientDocuments(
            handler, new FailureLimit(2, TimeSpan.FromHours(1), Clock), new FailureLimit(3, TimeSpan.FromHours(1), Clock), Clock);
        for (var i = 0; i < 5; i++)
        {
            await Assert.ThrowsAsync<OAuthException>(() => documents.FindAsync(Id, "a", CancellationToken.None));
        }

        Assert.Equal(1, handler.Asked);
        await Assert.ThrowsAsync<OAuthException>(() => documents.FindAsync(Id + "2", "a", CancellationToken.None));
        await Assert.ThrowsAsync<RefusedException>(() => documents.FindAsync(Id + "3", "a", CancellationToken.None));
        await Assert.ThrowsAsync<OAuthException>(() => documents.FindAsync(Id + "4", "b", CancellationToken.None));
        await Assert.ThrowsAsync<RefusedException>(() => documents.FindAsync(Id + "5", "c", CancellationToken.None));
        Clock.Advance(TimeSpan.FromMinutes(1));
        await Assert.ThrowsAsync<RefusedException>(() => documents.FindAsync(Id, "a", CancellationToken.None));
    }

    [Theory]
    [InlineData("localhost")]
    [InlineData("127.0.0.1")]
    [InlineData("[::1]")]
    [InlineData("169.254.169.254")]
    public async Task The_handler_does_not_connect_to_what_only_this_machine_reaches(string host)
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        using var http = new HttpMessageInvoker(ClientDocuments.GuardedHandler());
        using var request = new HttpRequestMessage(HttpMethod.Get, $"https://{host}:{((IPEndPoint)listener.LocalEndpoint).Port}/client.json");

        var failed = await Assert.ThrowsAsync<HttpRequestException>(() => http.SendAsync(request, CancellationToken.None));

        Assert.Contains("public internet", failed.ToString(), StringComparison.Ordinal);
        Assert.False(listener.Pending());
    }

    [Theory]
    [InlineData("8.8.8.8", true)]
    [InlineData("2606:4700::1111", true)]
    [InlineData("0.0.0.0", false)]
    [InlineData("10.1.2.3", false)]
    [InlineData("100.64.0.1", false)]
    [InlineData("127.0.0.1", false)]
    [InlineData("127.255.255.254", false)]
    [InlineData("169.254.169.254", false)]
    [InlineData("172.16.0.1", false)]
    [InlineData("172.31.255.255", false)]
    [InlineData("172.32.0.1", true)]
    [InlineData("192.168.255.1", false)]
    [InlineData("192.0.2.1", false)]
    [InlineData("198.19.0.1", false)]
    [InlineData("224.0.0.1", false)]
    [InlineData("255.255.255.255", false)]
    [InlineData("::", false)]
    [InlineData("::1", false)]
    [InlineData("::ffff:127.0.0.1", false)]
    [InlineData("::ffff:8.8.8.8", true)]
    [InlineData("::127.0.0.1", false)]
    [InlineData("64:ff9b::7f00:1", false)]
    [InlineData("2002:7f00:1::", false)]
    [InlineData("2001:0:7f00:1::", false)]
    [InlineData("2001:db8::1", false)]
    [InlineData("fc00::1", false)]
    [InlineData("fe80::1", false)]
    [InlineData("ff02::1", false)]
    public void Only_addresses_of_the_public_internet_are_called(string address, bool isPublic) =>
        Assert.Equal(isPublic, PublicAddresses.Contain(IPAddress.Parse(address)));

    private static ClientDocuments Over(HttpResponseMessage answer) =>
        new(new Script(() => answer), new FailureLimit(0, TimeSpan.FromMinutes(1), Clock), new FailureLimit(0, TimeSpan.FromMinutes(1), Clock), Clock);

    private static HttpResponseMessage Answer(string json, string type = "application/json") =>
        new(HttpStatusCode.OK) { Content = new StringContent(json, System.Text.Encoding.UTF8, type) };

    private sealed class Script(Func<HttpResponseMessage> answer) : HttpMessageHandler
    {
        public int Asked { get; private set; }

        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            Asked++;
            return Task.FromResult(answer());
        }
    }
}
