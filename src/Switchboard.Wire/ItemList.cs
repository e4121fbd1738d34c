namespace Switchboard.Wire;

/// <summary>A whole list in an object, without paging: contacts found, bridges, logins, flows.</summary>
/// <typeparam name="T">What the list holds.</typeparam>
public sealed record ItemList<T>
{
    /// <summary>The items.</summary>
    public required IReadOnlyList<T> Items { get; init; }
}
