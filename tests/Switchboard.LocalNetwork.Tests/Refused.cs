using Switchboard.Networks;

namespace Switchboard.LocalNetwork.Tests;

/// <summary>Expecting the network to refuse.</summary>
internal static class Refused
{
    /// <summary>The call fails with that kind and a sentence.</summary>
    public static async Task<NetworkException> AsAsync(NetworkFailure kind, Func<Task> call)
    {
        var failure = await Assert.ThrowsAsync<NetworkException>(call);
        Assert.Equal(kind, failure.Kind);
        Assert.EndsWith(".", failure.Message, StringComparison.Ordinal);
        return failure;
    }
}
