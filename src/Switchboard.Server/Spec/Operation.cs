namespace Switchboard.Server.Spec;

/// <summary>
/// One operation of the REST contract: where it is mapped, who may call it, and what the OpenAPI document says about it. The
/// routes and the document are both made from this, so they cannot disagree. Its id in Pascal case is the name of the property in
/// <see cref="Operations"/>.
/// </summary>
internal sealed record Operation : DeclaredRoute
{
    /// <summary>The group it is shown in.</summary>
    public required string Tag { get; init; }

    /// <summary>What it does, in one line.</summary>
    public required string Summary { get; init; }

    /// <summary>What else a caller must know.</summary>
    public string? Description { get; init; }

    /// <summary>Until the server has an owner it may be called without a token (rest.md §7.1).</summary>
    public bool OpenBeforeSetup { get; init; }

    /// <summary>Query parameters.</summary>
    public IReadOnlyList<QueryParameter> Query { get; init; } = [];

    /// <summary>The request body; <c>null</c> when there is none.</summary>
    public RequestBody? Body { get; init; }

    /// <summary>What a success answers; <c>null</c> when it has no body.</summary>
    public ResponseBody? Response { get; init; }

    /// <summary>Status of a success.</summary>
    public int SuccessStatus => ProtocolSwitch ? 101 : Response is null && Method is not "HEAD" ? 204 : 200;

    /// <summary>Statuses beside success and the errors every operation can have.</summary>
    public IReadOnlyList<ExtraStatus> ExtraStatuses { get; init; } = [];

    /// <summary>The operation can fail only by a fault of the server: the document declares no other error.</summary>
    public bool OnlyServerErrors { get; init; }
}

/// <summary>A status beside success and the errors every operation can have.</summary>
/// <param name="Status">The HTTP status.</param>
/// <param name="Description">When it is sent.</param>
/// <param name="HasError">The body is an error; otherwise it is empty or that of the success.</param>
internal sealed record ExtraStatus(int Status, string Description, bool HasError = false);

/// <summary>The body of a request.</summary>
internal abstract record RequestBody
{
    private RequestBody()
    {
    }

    /// <summary>A JSON body.</summary>
    /// <param name="Type">Its wire type.</param>
    /// <param name="Required">It has required fields, so leaving it out is an error.</param>
    public sealed record Json(Type Type, bool Required = true) : RequestBody;

    /// <summary>A multipart form.</summary>
    /// <param name="Parts">Its parts, in any order.</param>
    public sealed record Multipart(IReadOnlyList<FormPart> Parts) : RequestBody;
}

/// <summary>One part of a multipart form.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Description">What it is.</param>
/// <param name="IsFile">It is a file; otherwise text.</param>
/// <param name="Required">It must be there.</param>
internal sealed record FormPart(string Name, string Description, bool IsFile = false, bool Required = false);

/// <summary>The body of a success.</summary>
internal abstract record ResponseBody
{
    private ResponseBody()
    {
    }

    /// <summary>A JSON body.</summary>
    /// <param name="Type">Its wire type.</param>
    public sealed record Json(Type Type) : ResponseBody;

    /// <summary>A JSON body without a type of ours: the OpenAPI document itself.</summary>
    public sealed record AnyJson : ResponseBody;

    /// <summary>The bytes of a file, in its own content type.</summary>
    public sealed record Binary : ResponseBody;
}
