namespace Switchboard.Server.Hosting;

/// <summary>How media files are named to clients (open-questions.md §9).</summary>
internal enum MediaUrls
{
    /// <summary>As <c>mxc://</c> and <c>…/v1/assets/serve?url=…</c> URLs, which work from anywhere.</summary>
    Serve,

    /// <summary>As <c>file://</c> URLs, for clients on the same machine.</summary>
    File,
}

/// <summary>How the time of an event is written (open-questions.md §34).</summary>
internal enum EventTimestamps
{
    /// <summary>ISO 8601, as the contract's schema says.</summary>
    Iso,

    /// <summary>Whole milliseconds since 1970, for clients that were made for them.</summary>
    Millis,
}

/// <summary>How the log is written to the console.</summary>
internal enum LogFormat
{
    /// <summary>One line of text an entry.</summary>
    Text,

    /// <summary>One JSON object an entry, with the id of the request it belongs to.</summary>
    Json,

    /// <summary>Not at all: the console belongs to a command.</summary>
    None,
}

/// <summary>Which tools the MCP endpoint offers.</summary>
internal enum McpMode
{
    /// <summary>All, as far as the token allows.</summary>
    On,

    /// <summary>Only those that change nothing.</summary>
    ReadOnly,

    /// <summary>There is no endpoint.</summary>
    Off,
}

/// <summary>The settings of a running server; a wrong one stops the start with a sentence.</summary>
internal sealed record ServerOptions
{
    /// <summary>The port that clients try first (rest.md §1.1).</summary>
    public const int DefaultPort = 23373;

    /// <summary>Enough for every honest mistake, too few to keep the machine busy.</summary>
    public const int DefaultWrongTokensPerMinute = 120;

    /// <summary>The version that clients compare with the minimum they need (open-questions.md §50).</summary>
    public const string DefaultCompatibleVersion = "4.2.808";

    /// <summary>Where everything is kept.</summary>
    public required string DataFolder { get; init; }

    /// <summary>Address or name to listen on; <c>null</c> means this machine alone, IPv4 and IPv6.</summary>
    public string? Host { get; init; }

    /// <summary>Port; 0 picks a free one.</summary>
    public int Port { get; init; } = DefaultPort;

    /// <summary>Names, besides this machine's own, that requests may address the server by.</summary>
    public IReadOnlyList<string> PublicHosts { get; init; } = [];

    /// <summary>
    /// The address by which clients outside reach the server, through a proxy: scheme and host, without a slash at its end;
    /// <c>null</c> when there is none.
    /// </summary>
    public string? PublicUrl { get; init; }

    /// <summary>Addresses of proxies whose word on where a request came from is taken.</summary>
    public IReadOnlyList<System.Net.IPNetwork> TrustedProxies { get; init; } = [];

    /// <summary>Whether other machines may reach a server that speaks plain HTTP.</summary>
    public bool AllowRemote { get; init; }

    /// <summary>Wrong tokens, codes and the like that one address may present in a minute; 0 means any number.</summary>
    public int WrongTokensPerMinute { get; init; } = DefaultWrongTokensPerMinute;

    /// <summary>Clients that one address may register in an hour; 0 means any number.</summary>
    public int RegistrationsPerHour { get; init; } = 60;

    /// <summary>How media files are named to clients.</summary>
    public MediaUrls MediaUrls { get; init; }

    /// <summary>How the time of an event is written.</summary>
    public EventTimestamps EventTimestamps { get; init; }

    /// <summary>Messages per minute and account; 0 means no limit, <c>null</c> leaves it to each network.</summary>
    public int? SendsPerMinute { get; init; }

    /// <summary>How many messages of each chat, counted from the newest, are fetched before anybody asks for them; 0: none.</summary>
    public int HistoryDepth { get; init; } = Core.History.HistoryDepth.Default;

    /// <summary>Whether a socket's token may stand in the query, for browsers.</summary>
    public bool SocketTokenInQuery { get; init; }

    /// <summary>Whether <c>/metrics</c> is there.</summary>
    public bool Metrics { get; init; }

    /// <summary>Which tools the MCP endpoint offers.</summary>
    public McpMode Mcp { get; init; }

    /// <summary>The only MCP tools to offer, by name; <c>null</c> means all.</summary>
    public IReadOnlyList<string>? McpTools { get; init; }

    /// <summary>How the log is written.</summary>
    public LogFormat Log { get; init; }

    /// <summary>What <c>X-Beeper-Desktop-Version</c> says.</summary>
    public string CompatibleVersion { get; init; } = DefaultCompatibleVersion;
}

/// <summary>A start that cannot go on, in a sentence for the person who started it.</summary>
internal sealed class StartRefusedException(string message, Exception? inner = null) : Exception(message, inner);
