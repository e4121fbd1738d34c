using Switchboard.Wire;

namespace Switchboard.Server.Mapping;

/// <summary>What a network can do about people and groups, as the contract writes it (objects.md §15).</summary>
internal static class ProvisioningMapping
{
    /// <summary>The contract's shape.</summary>
    public static ProvisioningCapabilities ToWire(Networks.ProvisioningCapabilities capabilities) => new()
    {
        ResolveIdentifier = new ResolveIdentifierCapabilities
        {
            CreateDm = capabilities.CreateDirect,
            LookupPhone = capabilities.LookupPhone,
            LookupEmail = capabilities.LookupEmail,
            LookupUsername = capabilities.LookupUsername,
            AnyPhone = false,
            ContactList = capabilities.ContactList,
            Search = capabilities.Search,
        },
        GroupCreation = capabilities.CreateGroup
            ? new Dictionary<string, GroupCreationCapabilities>
            {
                ["group"] = new()
                {
                    TypeDescription = "A group chat",
                    Name = new GroupFieldCapability { Allowed = true, Required = false },
                    Participants = new GroupFieldCapability { Allowed = true, Required = true, MinLength = 1 },
                },
            }
            : [],
    };
}
