namespace Switchboard.Core.Access;

/// <summary>What an authority was given as.</summary>
public enum AccessKind
{
    /// <summary>A token that was made by hand.</summary>
    Token,

    /// <summary>A token that an OAuth client got by the owner's consent.</summary>
    Client,

    /// <summary>The owner's own token, or the owner at the command line.</summary>
    Owner,

    /// <summary>The owner's browser.</summary>
    Session,
}

/// <summary>
/// What one caller may see and touch. Every verb of the core takes one and sees nothing beyond it: what lies outside
/// looks like what does not exist. Limits are kept as row keys, so an account that was removed takes its limit's reach
/// with it and a later account of the same name is not reached.
/// </summary>
public sealed record Access
{
    /// <summary>Row key of the token; 0 for the owner at the command line.</summary>
    public long Token { get; init; }

    /// <summary>Public id of the token.</summary>
    public string TokenId { get; init; } = "";

    /// <summary>May read.</summary>
    public bool CanRead { get; init; }

    /// <summary>May change things.</summary>
    public bool CanWrite { get; init; }

    /// <summary>What it is the authority of.</summary>
    public AccessKind Kind { get; init; }

    /// <summary>Whether this is the owner: a session of the owner's pages, the owner's own token, or the command line.</summary>
    public bool IsOwner => Kind is AccessKind.Owner or AccessKind.Session;

    /// <summary>When it was made.</summary>
    public DateTimeOffset CreatedAt { get; init; }

    /// <summary>When it ends.</summary>
    public DateTimeOffset? ExpiresAt { get; init; }

    /// <summary>Id of the OAuth client that it was given to.</summary>
    public string? ClientId { get; init; }

    /// <summary>The resource that the client named when it asked (RFC 8707): an address of this server.</summary>
    public string? Resource { get; init; }

    /// <summary>Names of the only MCP tools in reach; <c>null</c> means all.</summary>
    public IReadOnlyList<string>? McpTools { get; init; }

    /// <summary>The scopes as they are written, with a space between.</summary>
    public string Scopes => (CanRead, CanWrite) switch
    {
        (true, true) => "read write",
        (true, false) => "read",
        (false, true) => "write",
        (false, false) => "",
    };

    /// <summary>When the token was last used, to the minute.</summary>
    internal DateTimeOffset? LastUsedAt { get; init; }

    /// <summary>The only accounts in reach; <c>null</c> means all.</summary>
    public IReadOnlyList<long>? Accounts { get; init; }

    /// <summary>The only chats in reach; <c>null</c> means all of the accounts.</summary>
    public IReadOnlyList<long>? Chats { get; init; }

    /// <summary>The owner without any limit.</summary>
    public static Access Owner { get; } = new() { CanRead = true, CanWrite = true, Kind = AccessKind.Owner };

    /// <summary>Whether this caller has the whole installation in reach.</summary>
    public bool IsUnlimited => Accounts is null && Chats is null;

    /// <summary>Whether a chat is in reach.</summary>
    public bool Reaches(long account, long chat) =>
        (Accounts is null || Accounts.Contains(account)) && (Chats is null || Chats.Contains(chat));

    /// <summary>An SQL condition on a chat row that is in reach, for rows named <paramref name="alias"/>.</summary>
    internal string ChatCondition(string alias)
    {
        var condition = Accounts is null ? "1" : $"{alias}.account IN ({Store.Join(Accounts)})";
        return Chats is null ? condition : $"{condition} AND {alias}.key IN ({Store.Join(Chats)})";
    }

    /// <summary>
    /// An SQL condition on an account row that is in reach. A token limited to chats reaches the accounts that hold them.
    /// </summary>
    internal string AccountCondition(string alias)
    {
        var condition = Accounts is null ? "1" : $"{alias}.key IN ({Store.Join(Accounts)})";
        return Chats is null
            ? condition
            : $"{condition} AND EXISTS (SELECT 1 FROM chat lc WHERE lc.account = {alias}.key AND lc.key IN ({Store.Join(Chats)}))";
    }

    /// <summary>
    /// An SQL condition on a contact row that is in reach. A token limited to chats knows only the people in them.
    /// </summary>
    internal string ContactCondition(string alias)
    {
        var condition = Accounts is null ? "1" : $"{alias}.account IN ({Store.Join(Accounts)})";
        return Chats is null
            ? condition
            : $"{condition} AND EXISTS (SELECT 1 FROM participant lp WHERE lp.contact = {alias}.key AND lp.chat IN ({Store.Join(Chats)}))";
    }

    /// <summary>Refuses what only a token without limits may do, such as adding an account.</summary>
    public void DemandUnlimited(string what)
    {
        if (!IsUnlimited)
            throw new RefusedException(Refusal.Forbidden, $"This token is limited to certain accounts or chats and cannot {what}.");
    }
}
