using Switchboard.Networks;

namespace Switchboard.Matrix.Login;

/// <summary>The fields of login steps, and reading what a person put into them.</summary>
internal static class LoginFields
{
    /// <summary>Where the homeserver is.</summary>
    public const string Homeserver = "homeserver";

    /// <summary>The user.</summary>
    public const string Username = "username";

    /// <summary>The password.</summary>
    public const string Password = "password";

    /// <summary>A session's token.</summary>
    public const string AccessToken = "accessToken";

    /// <summary>Where single sign-on has led to.</summary>
    public const string Address = "address";

    private const int Longest = 8192;

    /// <summary>The field for the homeserver.</summary>
    public static LoginField ForHomeserver(LoginState? known, bool optional) => new()
    {
        Id = Homeserver,
        Label = "Homeserver",
        Type = "url",
        Placeholder = known?.Homeserver.AbsoluteUri ?? "example.org",
        Optional = optional || known is not null,
    };

    /// <summary>A value; the empty string when there is none.</summary>
    public static string Of(IReadOnlyDictionary<string, string> fields, string id) =>
        fields.TryGetValue(id, out var value) ? value.Trim() : "";

    /// <summary>Demands values of fields, as they are: of a password even the blanks count.</summary>
    /// <exception cref="InvalidFieldsException">Some are missing or far too long.</exception>
    public static void Demand(IReadOnlyDictionary<string, string> fields, params ReadOnlySpan<string> ids)
    {
        var problems = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var id in ids)
        {
            if (!fields.TryGetValue(id, out var value) || value.Length == 0)
                problems[id] = "This is needed.";
        }

        foreach (var (id, value) in fields)
        {
            if (value.Length > Longest)
                problems[id] = "This is too long.";
        }

        if (problems.Count > 0)
            throw new InvalidFieldsException(problems);
    }

    /// <summary>One thing that is wrong with what a person gave.</summary>
    public static InvalidFieldsException Wrong(string id, string problem) =>
        new(new Dictionary<string, string>(StringComparer.Ordinal) { [id] = problem });
}
