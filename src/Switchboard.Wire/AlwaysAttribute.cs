namespace Switchboard.Wire;

/// <summary>Marks a property that has one value only, so that its schema can say so.</summary>
/// <param name="value">The value: a string, a bool or an int.</param>
[AttributeUsage(AttributeTargets.Property)]
public sealed class AlwaysAttribute(object value) : Attribute
{
    /// <summary>The one value.</summary>
    public object Value { get; } = value;
}
