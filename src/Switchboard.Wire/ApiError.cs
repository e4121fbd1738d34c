using System.Text.Json;

namespace Switchboard.Wire;

/// <summary>The body of every answer that is not a success (rest.md §1.4). Its schema name is <c>Error</c>.</summary>
public sealed record ApiError
{
    /// <summary>What went wrong, for people; never empty.</summary>
    public required string Message { get; init; }

    /// <summary>What went wrong, for programs: one of the codes of rest.md §1.4.</summary>
    public required string Code { get; init; }

    /// <summary>More about it; a <see cref="ValidationDetails"/> when the code is <c>validation_error</c>.</summary>
    public JsonElement? Details { get; init; }

    /// <summary>The error for values that break a rule.</summary>
    /// <param name="message">What went wrong, for people.</param>
    /// <param name="issues">Each broken rule; at least one.</param>
    public static ApiError Invalid(string message, IReadOnlyList<ValidationIssue> issues) => new()
    {
        Message = message,
        Code = "validation_error",
        Details = WireJson.ToElement(new ValidationDetails { Issues = issues }),
    };
}

/// <summary>What is wrong with a request, value by value.</summary>
public sealed record ValidationDetails
{
    /// <summary>Each broken rule.</summary>
    public required IReadOnlyList<ValidationIssue> Issues { get; init; }
}

/// <summary>One broken rule.</summary>
public sealed record ValidationIssue
{
    /// <summary>The kind of rule, for programs; e.g. <c>invalid_type</c>.</summary>
    public required string Code { get; init; }

    /// <summary>What is wrong, for people.</summary>
    public required string Message { get; init; }

    /// <summary>Where: <c>body</c>, <c>query</c> or <c>params</c>, then names and indexes.</summary>
    public required IReadOnlyList<PathPart> Path { get; init; }
}
