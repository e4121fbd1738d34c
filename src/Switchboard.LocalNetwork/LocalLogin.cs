using Switchboard.Networks;

namespace Switchboard.LocalNetwork;

/// <summary>Adding an identity: one step that asks for its names, or none when a login only needs to be opened again.</summary>
internal sealed class LocalLogin : ILoginProcess
{
    /// <summary>The field with the user name.</summary>
    public const string UsernameField = "username";

    /// <summary>The field with the display name.</summary>
    public const string DisplayNameField = "displayName";

    private readonly LocalNetwork network;

    /// <summary>A login that asks.</summary>
    public LocalLogin(LocalNetwork network)
    {
        this.network = network;
        Current = new LoginStep.UserInput(
        [
            new LoginField { Id = UsernameField, Label = "User name", Type = "username", Placeholder = "ada" },
            new LoginField { Id = DisplayNameField, Label = "Display name", Placeholder = "Ada Lovelace", Optional = true },
        ])
        {
            StepId = LocalNetwork.FlowId,
            Instructions = "Choose how the new identity is called. Others on this server find it by these names.",
        };
    }

    /// <summary>A login that is complete already.</summary>
    public LocalLogin(LocalNetwork network, NewLogin login)
    {
        this.network = network;
        Current = Complete(login);
    }

    /// <inheritdoc/>
    public LoginStep Current { get; private set; }

    /// <inheritdoc/>
    public async Task<LoginStep> SubmitAsync(IReadOnlyDictionary<string, string> fields, CancellationToken cancellationToken)
    {
        if (Current is LoginStep.Complete)
            return Current;
        var (username, displayName) = IdentityRules.Read(fields);
        return Current = Complete(await network.AddIdentityAsync(username, displayName, cancellationToken));
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    private static LoginStep.Complete Complete(NewLogin login) => new(login) { StepId = "complete" };
}
