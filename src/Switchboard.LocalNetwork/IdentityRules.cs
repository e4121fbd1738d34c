using Switchboard.Networks;

namespace Switchboard.LocalNetwork;

/// <summary>What an identity may be called.</summary>
internal static class IdentityRules
{
    private const int MaxDisplayName = 100;

    /// <summary>Reads the fields of the login's one step.</summary>
    /// <exception cref="InvalidFieldsException">One of them is missing or has the wrong form.</exception>
    public static (string Username, string? DisplayName) Read(IReadOnlyDictionary<string, string> fields)
    {
        var problems = new Dictionary<string, string>();
        var username = fields.GetValueOrDefault(LocalLogin.UsernameField, "");
        var displayName = fields.GetValueOrDefault(LocalLogin.DisplayNameField)?.Trim();
        if (ProblemWithUsername(username) is { } usernameProblem)
            problems.Add(LocalLogin.UsernameField, usernameProblem);
        if (ProblemWithDisplayName(displayName) is { } nameProblem)
            problems.Add(LocalLogin.DisplayNameField, nameProblem);
        return problems.Count == 0
            ? (username, string.IsNullOrEmpty(displayName) ? null : displayName)
            : throw new InvalidFieldsException(problems);
    }

    /// <summary>Says that a user name is taken.</summary>
    public static InvalidFieldsException Taken(string username) => new(new Dictionary<string, string>
    {
        [LocalLogin.UsernameField] = $"The user name \"{username}\" is taken on this server. Choose another one.",
    });

    /// <summary>What is wrong with a user name; <c>null</c> when it is good.</summary>
    public static string? ProblemWithUsername(string username) => username switch
    {
        "" => "Give a user name.",
        { Length: < 2 or > 32 } => "A user name has 2 to 32 characters.",
        _ when username.All(IsAllowed) => null,
        _ when username.ToLowerInvariant() is var lower && lower.All(IsAllowed) =>
            $"A user name is written in lower case: \"{lower}\".",
        _ => "A user name has only the letters a to z, digits, and the characters . _ -",
    };

    private static string? ProblemWithDisplayName(string? name) => name switch
    {
        { Length: > MaxDisplayName } => $"A display name has at most {MaxDisplayName} characters.",
        not null when name.Any(char.IsControl) => "A display name is one line, without control characters.",
        _ => null,
    };

    private static bool IsAllowed(char letter) => letter is (>= 'a' and <= 'z') or (>= '0' and <= '9') or '.' or '_' or '-';
}
