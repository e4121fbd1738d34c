using System.Text.Json;
using System.Text.Json.Serialization;

namespace Switchboard.Wire;

/// <summary>What a bridge can do besides carrying messages (objects.md §15). Names are in snake case.</summary>
public sealed record ProvisioningCapabilities
{
    /// <summary>Finding people.</summary>
    [JsonPropertyName("resolve_identifier")]
    public required ResolveIdentifierCapabilities ResolveIdentifier { get; init; }

    /// <summary>Kind of group → how to make one.</summary>
    [JsonPropertyName("group_creation")]
    public required IReadOnlyDictionary<string, GroupCreationCapabilities> GroupCreation { get; init; }

    /// <summary>Sticker packs can be taken over.</summary>
    [JsonPropertyName("image_pack_import")]
    public bool? ImagePackImport { get; init; }
}

/// <summary>How people can be found.</summary>
public sealed record ResolveIdentifierCapabilities
{
    /// <summary>A direct chat can be started.</summary>
    [JsonPropertyName("create_dm")]
    public required bool CreateDm { get; init; }

    /// <summary>By phone number.</summary>
    [JsonPropertyName("lookup_phone")]
    public required bool LookupPhone { get; init; }

    /// <summary>By e-mail address.</summary>
    [JsonPropertyName("lookup_email")]
    public required bool LookupEmail { get; init; }

    /// <summary>By handle.</summary>
    [JsonPropertyName("lookup_username")]
    public required bool LookupUsername { get; init; }

    /// <summary>Any phone number works, known or not.</summary>
    [JsonPropertyName("any_phone")]
    public required bool AnyPhone { get; init; }

    /// <summary>There is a list of contacts.</summary>
    [JsonPropertyName("contact_list")]
    public required bool ContactList { get; init; }

    /// <summary>There is a directory.</summary>
    public required bool Search { get; init; }
}

/// <summary>How one kind of group is made.</summary>
public sealed record GroupCreationCapabilities
{
    /// <summary>Name of the kind.</summary>
    [JsonPropertyName("type_description")]
    public required string TypeDescription { get; init; }

    /// <summary>Picture.</summary>
    public GroupFieldCapability? Avatar { get; init; }

    /// <summary>Lifetime of messages.</summary>
    public GroupFieldCapability? Disappear { get; init; }

    /// <summary>Title.</summary>
    public GroupFieldCapability? Name { get; init; }

    /// <summary>Group it is part of.</summary>
    public GroupFieldCapability? Parent { get; init; }

    /// <summary>Members.</summary>
    public GroupFieldCapability? Participants { get; init; }

    /// <summary>Topic.</summary>
    public GroupFieldCapability? Topic { get; init; }

    /// <summary>Handle.</summary>
    public GroupFieldCapability? Username { get; init; }
}

/// <summary>Whether one property of a new group can be given.</summary>
public sealed record GroupFieldCapability
{
    /// <summary>It can.</summary>
    public required bool Allowed { get; init; }

    /// <summary>It must.</summary>
    public bool? Required { get; init; }

    /// <summary>Least length or number.</summary>
    [JsonPropertyName("min_length")]
    public int? MinLength { get; init; }

    /// <summary>Greatest length or number.</summary>
    [JsonPropertyName("max_length")]
    public int? MaxLength { get; init; }

    /// <summary>Details of the network's own.</summary>
    public JsonElement? Settings { get; init; }
}
