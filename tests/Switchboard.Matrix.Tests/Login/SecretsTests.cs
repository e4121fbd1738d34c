using Switchboard.Matrix.Login;

namespace Switchboard.Matrix.Tests.Login;

public sealed class SecretsTests
{
    [Fact]
    public void What_holds_a_token_does_not_print_it()
    {
        var home = new Uri("https://hs.test/");
        var state = new LoginState { Homeserver = home, UserId = "@ada:hs.test", DeviceId = "D", AccessToken = "secret", AccountId = "matrix" };
        object[] holders = [state, new OpenedSession(home, "@ada:hs.test", "D", "secret"), new Networks.StoredLogin("r", state.ToText())];

        Assert.All(holders, holder => Assert.DoesNotContain("secret", holder.ToString(), StringComparison.Ordinal));
    }
}
