using System.Net;
using Switchboard.Server.Hosting;

namespace Switchboard.Server.Commands;

/// <summary>
/// Where <c>switchboard mcp</c> sends its calls, and with which token. A token goes only to whom it was meant for: the owner's to the
/// server that holds the data folder, and to nobody who merely listens where one is used to be; and none over a network in the clear.
/// </summary>
/// <param name="Address">Looked up for each request; <c>null</c> while no server runs.</param>
/// <param name="Token">The access token.</param>
internal sealed record McpTarget(Func<Uri?> Address, string Token)
{
    /// <summary>By the options of the command.</summary>
    /// <param name="url">The server that was named, if one was.</param>
    /// <param name="tokenFile">The file that was named, if one was.</param>
    /// <param name="dataDir">The data folder.</param>
    /// <exception cref="StartRefusedException">There is no token, or it may not go there.</exception>
    public static McpTarget Of(string? url, string? tokenFile, string dataDir)
    {
        var token = TokenOf(tokenFile, dataDir);
        if (url is null)
        {
            var folder = DataFolder.Existing(dataDir);
            return new McpTarget(() => folder.IsLocked() ? folder.ReadAddress() : null, token);
        }

        var address = Parse(url);
        if (address.Scheme == "http" && !IsThisMachine(address))
            throw new StartRefusedException($"{url} is not encrypted, and the access token would be sent there. Use https.");
        if (OwnerTokenOf(dataDir) != token)
            return new McpTarget(() => address, token);
        if (!IsOf(dataDir, address))
        {
            throw new StartRefusedException(
                $"{url} is not the server that runs on {dataDir}, and the owner's token is for no other. Make one there with "
                + "switchboard token create, and put it into SWITCHBOARD_TOKEN.");
        }

        return new McpTarget(() => IsOf(dataDir, address) ? address : null, token);
    }

    private static bool IsOf(string dataDir, Uri address)
    {
        if (DataFolder.Find(dataDir) is not { } folder || !folder.IsLocked())
            return false;
        return (folder.ReadAddress() is { } own && IsThisMachine(address) && own.Scheme == address.Scheme && own.Port == address.Port)
            || (folder.ReadPublicAddress() is { Scheme: "https" } known && known.GetLeftPart(UriPartial.Authority) == address.GetLeftPart(UriPartial.Authority));
    }

    private static bool IsThisMachine(Uri address) =>
        address.Host is "localhost" || (IPAddress.TryParse(address.Host.Trim('[', ']'), out var ip) && IPAddress.IsLoopback(ip));

    private static Uri Parse(string text) =>
        Uri.TryCreate(text.TrimEnd('/'), UriKind.Absolute, out var address) && address.Scheme is "http" or "https"
            ? address
            : throw new StartRefusedException($"--url takes an address such as http://127.0.0.1:23373, not {text}.");

    private static string? OwnerTokenOf(string dataDir) =>
        DataFolder.Find(dataDir) is { OwnerTokenFile: var file } && File.Exists(file) ? Read(file) : null;

    private static string TokenOf(string? file, string dataDir)
    {
        if (file is null && CommonOptions.Setting("TOKEN") is { } given)
            return given.Trim();
        return Read(file ?? DataFolder.Existing(dataDir).OwnerTokenFile);
    }

    private static string Read(string path)
    {
        try
        {
            return File.ReadAllText(path).Trim();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new StartRefusedException(
                $"The access token in {path} cannot be read. Make one with {CommandHint.Of("token create --name NAME")}, and put it into SWITCHBOARD_TOKEN.", e);
        }
    }
}
