namespace Switchboard.Server.Spec;

/// <summary>Who may call a route (rest.md §1.8).</summary>
internal enum Scope
{
    /// <summary>Anyone; a token is neither needed nor looked at.</summary>
    Public,

    /// <summary>A token with the scope <c>read</c>.</summary>
    Read,

    /// <summary>A token with the scope <c>write</c>.</summary>
    Write,

    /// <summary>Any token; what it may do is looked at by what it calls.</summary>
    Any,

    /// <summary>The owner: a session of the owner's pages, or the owner's own token.</summary>
    Owner,
}

/// <summary>
/// A route and who may call it. Nothing is mapped without one, so nothing is open by oversight: the compiler refuses what is not
/// mapped through <c>Routes</c>, and a server that has an undeclared route all the same does not start.
/// </summary>
internal record DeclaredRoute
{
    /// <summary>Names it, also in the audit log. Of an operation, the <c>operationId</c>.</summary>
    public required string Id { get; init; }

    /// <summary>HTTP method, in capitals.</summary>
    public required string Method { get; init; }

    /// <summary>Route pattern with the contract's parameter names; also the path in the document.</summary>
    public required string Pattern { get; init; }

    /// <summary>Older or alternative patterns that are mapped too, with the same method, and not documented.</summary>
    public IReadOnlyList<string> Aliases { get; init; } = [];

    /// <summary>Who may call it.</summary>
    public required Scope Access { get; init; }

    /// <summary>A success leaves HTTP: the connection becomes a WebSocket.</summary>
    public bool ProtocolSwitch { get; init; }

    /// <summary>Only pages that this server gave out may call it from a browser, not those of other local programs.</summary>
    public bool SameOriginOnly { get; init; }

    /// <summary>It changes nothing that stays, so the audit log counts it instead of noting each.</summary>
    public bool LeavesNothing { get; init; }

    /// <summary>What is called notes its own doings in the audit log.</summary>
    public bool AuditsItself { get; init; }

    /// <summary>The path that is a protected resource of its own (RFC 9728): <c>/v0/mcp</c>, or nothing.</summary>
    public string ResourcePath { get; init; } = "";

    /// <summary>Refusals are JSON-RPC errors.</summary>
    public bool SpeaksJsonRpc { get; init; }
}
