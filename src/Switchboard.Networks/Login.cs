namespace Switchboard.Networks;

/// <summary>A way to log in (rest.md §7.4).</summary>
/// <param name="Id">Stable id, safe in a URL.</param>
/// <param name="Name">What people read when they choose.</param>
/// <param name="Description">One sentence about it.</param>
public sealed record LoginFlow(string Id, string Name, string Description);

/// <summary>
/// A login under way. Steps are taken one after the other; calls never overlap. Disposed when it is complete,
/// cancelled, or too old.
/// </summary>
public interface ILoginProcess : IAsyncDisposable
{
    /// <summary>What is wanted of the person now.</summary>
    LoginStep Current { get; }

    /// <summary>
    /// Takes what the person gave for <see cref="Current"/> and moves on. A <see cref="LoginStep.DisplayAndWait"/> step
    /// is submitted with no fields and may answer with the same step again after at most 25 seconds.
    /// </summary>
    /// <exception cref="NetworkException">
    /// The network did not accept it. <see cref="Current"/> is unchanged and the step may be submitted again.
    /// </exception>
    /// <exception cref="InvalidFieldsException">A value is missing or has the wrong form.</exception>
    Task<LoginStep> SubmitAsync(IReadOnlyDictionary<string, string> fields, CancellationToken cancellationToken);
}

/// <summary>One field of a step that a person fills in.</summary>
public sealed record LoginField
{
    /// <summary>Key of the value in the answer.</summary>
    public required string Id { get; init; }

    /// <summary>What people read beside it.</summary>
    public required string Label { get; init; }

    /// <summary>Kind of input: <c>text</c>, <c>username</c>, <c>password</c>, <c>url</c>.</summary>
    public string Type { get; init; } = "text";

    /// <summary>An example shown while it is empty.</summary>
    public string? Placeholder { get; init; }

    /// <summary>Whether it may be left out.</summary>
    public bool Optional { get; init; }
}

/// <summary>What a login wants next. A closed set.</summary>
public abstract record LoginStep
{
    private LoginStep()
    {
    }

    /// <summary>Names the step within its login.</summary>
    public required string StepId { get; init; }

    /// <summary>What the person should do, in a sentence or two.</summary>
    public string? Instructions { get; init; }

    /// <summary>Fields to fill in.</summary>
    public sealed record UserInput(IReadOnlyList<LoginField> Fields) : LoginStep;

    /// <summary>Something to show (a QR code's content or a code to type) until the other side has used it.</summary>
    public sealed record DisplayAndWait(LoginDisplay Kind, string Data) : LoginStep;

    /// <summary>Done: the server stores this login and opens it.</summary>
    public sealed record Complete(NewLogin Login) : LoginStep;
}

/// <summary>How <see cref="LoginStep.DisplayAndWait"/> is shown.</summary>
public enum LoginDisplay
{
    /// <summary>As a QR code.</summary>
    Qr,

    /// <summary>As text to type elsewhere.</summary>
    Code,
}

/// <summary>Fields of a login step that were missing or had the wrong form; clients get one issue for each.</summary>
public sealed class InvalidFieldsException(IReadOnlyDictionary<string, string> problems)
    : Exception("Some fields of this step are missing or have the wrong form.")
{
    /// <summary>Field id → what is wrong with it, in words for people.</summary>
    public IReadOnlyDictionary<string, string> Problems { get; } = problems;
}
