using Switchboard.Networks;

namespace Switchboard.Matrix.Login;

/// <summary>
/// A login that asks, in a step of its own, before a password or token goes to another machine in the clear. What was filled in
/// before is kept until the answer, so that nobody types it twice.
/// </summary>
internal sealed class ConsentingLogin(ClearTextConsent consent, ILoginProcess inner) : ILoginProcess
{
    private const string Step = MatrixNetwork.UnencryptedStep;
    private const string Yes = MatrixNetwork.UnencryptedAgreed;

    private (Uri Homeserver, IReadOnlyDictionary<string, string> Fields)? asked;
    private LoginStep? own;

    /// <inheritdoc/>
    public LoginStep Current => own ?? inner.Current;

    /// <inheritdoc/>
    public async Task<LoginStep> SubmitAsync(IReadOnlyDictionary<string, string> fields, CancellationToken cancellationToken)
    {
        if (asked is not var (homeserver, filledIn))
            return await PassOnAsync(fields, cancellationToken);
        if (!LoginFields.Of(fields, Step).Equals(Yes, StringComparison.OrdinalIgnoreCase))
            throw LoginFields.Wrong(Step, $"Answer {Yes} to go on without encryption, or begin anew with an https address.");
        consent.Give(homeserver);
        asked = null;
        try
        {
            return await PassOnAsync(filledIn, cancellationToken);
        }
        catch (InvalidFieldsException e)
        {
            // What is wrong was filled in a step before: that one comes again, and says what it is.
            return own = inner.Current with { Instructions = string.Join(" ", e.Problems.Values) };
        }
        catch
        {
            // The homeserver could not be asked just now: the same answer may be given again.
            asked = (homeserver, filledIn);
            throw;
        }
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => inner.DisposeAsync();

    private async Task<LoginStep> PassOnAsync(IReadOnlyDictionary<string, string> fields, CancellationToken cancellationToken)
    {
        try
        {
            await inner.SubmitAsync(fields, cancellationToken);
            own = null;
        }
        catch (ClearTextException e)
        {
            asked = (e.Homeserver, fields);
            own = Question(e.Homeserver);
        }

        return Current;
    }

    private static LoginStep.UserInput Question(Uri homeserver) =>
        new([new LoginField { Id = Step, Label = $"Go on without encryption? Type {Yes}", Placeholder = Yes }])
        {
            StepId = Step,
            Instructions = $"{homeserver.GetLeftPart(UriPartial.Authority)} is not encrypted: whoever is on the way to it can read your password or "
                + "token, and from then on use your account and read your messages. Use an https address if the homeserver has one. Go on only in a "
                + "network that you trust, such as your own at home.",
        };
}
