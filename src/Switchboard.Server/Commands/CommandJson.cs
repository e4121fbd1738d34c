using System.Text.Json;
using System.Text.Json.Serialization;
using Switchboard.Core.Access;

namespace Switchboard.Server.Commands;

/// <summary>A token for programs; <see cref="Token"/> holds the secret only when it was just made.</summary>
internal sealed record TokenOutput
{
    public required string Id { get; init; }

    public required string Name { get; init; }

    public string? Token { get; init; }

    public required IReadOnlyList<string> Scopes { get; init; }

    [JsonPropertyName("accountIDs")]
    public IReadOnlyList<string>? Accounts { get; init; }

    [JsonPropertyName("chatIDs")]
    public IReadOnlyList<string>? Chats { get; init; }

    public required string CreatedAt { get; init; }

    public string? LastUsedAt { get; init; }

    public string? ExpiresAt { get; init; }

    public string? RevokedAt { get; init; }

    public static TokenOutput Of(TokenInfo token) => new()
    {
        Id = token.Id,
        Name = token.Name,
        Scopes = token.Scopes.Split(' '),
        Accounts = token.Accounts,
        Chats = token.Chats,
        CreatedAt = Wire.TimestampConverter.Text(token.CreatedAt),
        LastUsedAt = token.LastUsedAt is { } used ? Wire.TimestampConverter.Text(used) : null,
        ExpiresAt = token.ExpiresAt is { } expires ? Wire.TimestampConverter.Text(expires) : null,
        RevokedAt = token.RevokedAt is { } revoked ? Wire.TimestampConverter.Text(revoked) : null,
    };
}

internal sealed record TokenListOutput(IReadOnlyList<TokenOutput> Tokens);

internal sealed record RevokeOutput(string Id, string Status);

internal sealed record AccountOutput(
    [property: JsonPropertyName("accountID")] string AccountId, string Network, [property: JsonPropertyName("userID")] string UserId, string? Name)
{
    /// <summary>How it is doing; absent when no server runs.</summary>
    public Wire.AccountStatus? Status { get; init; }

    /// <summary>What to do about it; absent when nothing is.</summary>
    public string? Help { get; init; }

    public static AccountOutput Of(AccountState state) =>
        new(state.Account.Id, state.Account.Network, state.Account.Self.UserId, state.Account.Self.FullName)
        {
            Status = state.Status,
            Help = state.Help,
        };
}

internal sealed record AccountListOutput(IReadOnlyList<AccountOutput> Accounts);

internal sealed record LogoutOutput([property: JsonPropertyName("accountIDs")] IReadOnlyList<string> Accounts, string Status);

internal sealed record CheckOutput(string Name, string Status, string Message);

internal sealed record DoctorOutput(string Status, IReadOnlyList<CheckOutput> Checks);

internal sealed record ArchiveOutput(
    string Status, string Path, string Version, string CreatedAt, long Accounts, long Chats, long Messages, int Files, long Bytes,
    IReadOnlyList<string> Missing);

internal sealed record FindingOutput(string Check, string Message);

internal sealed record VerifyOutput(string Status, long Messages, int Files, IReadOnlyList<FindingOutput> Findings);

internal sealed record OpenOutput(string Url, string ExpiresAt);

internal sealed record StatusOutput(string Status);

/// <summary>What commands print with <c>--json</c>: one object.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(TokenOutput))]
[JsonSerializable(typeof(TokenListOutput))]
[JsonSerializable(typeof(RevokeOutput))]
[JsonSerializable(typeof(AccountListOutput))]
[JsonSerializable(typeof(AccountOutput))]
[JsonSerializable(typeof(LogoutOutput))]
[JsonSerializable(typeof(DoctorOutput))]
[JsonSerializable(typeof(ArchiveOutput))]
[JsonSerializable(typeof(VerifyOutput))]
[JsonSerializable(typeof(OpenOutput))]
[JsonSerializable(typeof(StatusOutput))]
[JsonSerializable(typeof(Web.AuditPageOutput))]
internal sealed partial class CommandJson : JsonSerializerContext
{
    public static void Print<T>(T value) =>
        Console.WriteLine(JsonSerializer.Serialize(value, (System.Text.Json.Serialization.Metadata.JsonTypeInfo<T>)Default.GetTypeInfo(typeof(T))!));
}
