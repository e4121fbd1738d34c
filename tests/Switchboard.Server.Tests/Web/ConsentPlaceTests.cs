using Switchboard.Core.Access;
using Switchboard.Server.Web;
using Xunit;

namespace Switchboard.Server.Tests.Web;

/// <summary>Who gets the answer of a consent, as the owner is told.</summary>
public sealed class ConsentPlaceTests
{
    [Theory]
    [InlineData("https://app.example/cb", "own")]
    [InlineData("https://app.example:8443/cb", "site")]
    [InlineData("https://app.example.evil.example/cb", "site")]
    [InlineData("https://evil.example/app.example", "site")]
    [InlineData("http://127.0.0.1:4000/cb", "loopback")]
    [InlineData("http://localhost/cb", "loopback")]
    [InlineData("com.example.app:/cb", "app")]
    public void An_answer_goes_to_the_host_of_a_document_only_when_it_goes_there(string redirect, string place) =>
        Assert.Equal(place, ConsentsApi.PlaceOf(Request(OAuthClientKind.Document, "https://app.example/client.json", redirect)));

    [Fact]
    public void Nobody_knows_the_host_of_a_client_that_registered_itself() =>
        Assert.Equal("site", ConsentsApi.PlaceOf(Request(OAuthClientKind.Registered, "cli_1", "https://app.example/cb")));

    private static AuthorizationRequest Request(OAuthClientKind kind, string id, string redirect) => new(
        "request",
        new OAuthClient { Id = id, Kind = kind, Name = "App", RedirectUris = [redirect], CreatedAt = DateTimeOffset.UnixEpoch },
        redirect, null, new string('a', 43), ["read"], null, DateTimeOffset.UnixEpoch);
}
