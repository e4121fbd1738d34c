namespace Switchboard.Networks;

/// <summary>A chat as its network spells it. Unique within one login. Only its connector may parse it.</summary>
public readonly record struct RemoteChatId(string Value)
{
    /// <inheritdoc/>
    public override string ToString() => Value;
}

/// <summary>A message as its network spells it. Unique within one chat. Only its connector may parse it.</summary>
public readonly record struct RemoteMessageId(string Value)
{
    /// <inheritdoc/>
    public override string ToString() => Value;
}

/// <summary>A file as its network spells it. Unique within one login. Only its connector may parse it.</summary>
public readonly record struct RemoteMediaId(string Value)
{
    /// <inheritdoc/>
    public override string ToString() => Value;
}

/// <summary>
/// A person as clients see them: a fully qualified id in the Matrix form <c>@name:server</c> (objects.md §1).
/// Equal ids mean the same person on every account of this installation.
/// </summary>
public readonly record struct UserId(string Value)
{
    /// <inheritdoc/>
    public override string ToString() => Value;
}

/// <summary>
/// Names one intended change for ever. The same id sent again, also after a crash on either side, must have no
/// second effect and must give the answer of the first time.
/// </summary>
public readonly record struct TransactionId(string Value)
{
    /// <inheritdoc/>
    public override string ToString() => Value;
}
