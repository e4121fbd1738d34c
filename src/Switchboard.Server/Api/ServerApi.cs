using System.Runtime.InteropServices;
using Switchboard.Core.Chats;
using Switchboard.Core.Messages;
using Switchboard.Core.Paging;
using Switchboard.Server.Hosting;
using Switchboard.Server.Http;
using Switchboard.Server.Mapping;
using Switchboard.Server.Spec;
using Switchboard.Wire;

namespace Switchboard.Server.Api;

/// <summary>The server itself: what it is, its document, setup, focus, search over everything (rest.md §2, §7.1).</summary>
internal sealed class ServerApi(
    Core.Chats.Chats chats, MessageSearch messages, Core.Media.Uploads uploads, RenderedJson rendered, ServerOptions options)
{
    private const int ChatsFound = 10;
    private const int MessagesFound = 20;

    /// <summary>Maps the routes.</summary>
    public void Map(Routes routes)
    {
        routes.Map(Operations.GetInfo, GetInfo);
        routes.MapRaw(Operations.GetSpec, (request, cancellationToken) =>
            JsonResponse.WriteRawAsync(request.Http.Response, ApiDocument.Utf8, cancellationToken));
        routes.Map(Operations.GetSetup, _ => Ready);
        routes.Map(Operations.Focus, FocusAsync);
        routes.Map(Operations.Search, Search);
        routes.Map<IReadOnlyList<Label>>(Operations.ListLabels, _ => []);
    }

    /// <summary>An owner exists since the first start, and no keys of ours stand between a client and its chats.</summary>
    private static SetupState Ready { get; } = new()
    {
        State = SetupStage.Ready,
        E2ee = new EndToEndState
        {
            Initialized = true,
            SecretStorage = true,
            CrossSigning = true,
            Verified = true,
            KeyBackup = true,
            FirstSyncDone = true,
            HasBackedUpRecoveryKey = true,
            Secrets = new EndToEndSecrets
            {
                MasterKey = true,
                SelfSigningKey = true,
                UserSigningKey = true,
                MegolmBackupKey = true,
                RecoveryKey = true,
            },
        },
    };

    private Info GetInfo(ApiRequest request)
    {
        var address = request.BaseUrl;
        var local = request.Http.Connection;
        return new Info
        {
            App = new InfoApp
            {
                Name = "Switchboard",
                Version = options.CompatibleVersion,
                BundleId = "org.switchboard.chat",
                ServerVersion = ProductVersion.Text,
            },
            Platform = new InfoPlatform
            {
                Os = OperatingSystem.IsWindows() ? "win32" : OperatingSystem.IsMacOS() ? "darwin" : "linux",
                Arch = RuntimeInformation.ProcessArchitecture == Architecture.Arm64 ? "arm64" : "x64",
                Release = RuntimeInformation.FrameworkDescription,
            },
            Server = new InfoServer
            {
                Status = "running",
                BaseUrl = address,
                Port = local.LocalPort,
                Hostname = options.Host ?? "127.0.0.1",
                RemoteAccess = RequestGuard.ListensBeyond(options),
                McpEnabled = options.Mcp != McpMode.Off,
            },
            Endpoints = new InfoEndpoints
            {
                Oauth = new InfoOAuth
                {
                    AuthorizationEndpoint = $"{address}/oauth/authorize",
                    TokenEndpoint = $"{address}/oauth/token",
                    IntrospectionEndpoint = $"{address}/oauth/introspect",
                    UserinfoEndpoint = $"{address}/oauth/userinfo",
                    RevocationEndpoint = $"{address}/oauth/revoke",
                    RegistrationEndpoint = $"{address}/oauth/register",
                },
                Spec = $"{address}/v1/spec",
                Mcp = $"{address}/v0/mcp",
                WsEvents = $"{address}/v1/ws",
            },
        };
    }

    private async Task<FocusOutput> FocusAsync(ApiRequest request, CancellationToken cancellationToken)
    {
        var (_, body) = await JsonBody.ReadAsync(request.Http.Request, cancellationToken);
        var (chatId, text, picture) = (body.Text("chatID"), body.Text("draftText", most: 65_536), body.Text("draftAttachmentPath"));
        _ = body.Text("messageID");
        var attachment = picture is null ? null : Attachment(request, body, picture);
        body.Check();
        if (chatId is not null)
        {
            chats.Get(request.Access, chatId, 0);
            await chats.FillDraftAsync(request.Access, chatId, text ?? "", attachment, cancellationToken);
        }

        // There is no window here that could take the focus, and saying otherwise would be a lie (open-questions.md §22).
        return new FocusOutput { Success = false };
    }

    private AttachmentRequest? Attachment(ApiRequest request, BodyReader body, string path)
    {
        // Any other path would let a token holder read the server's disk.
        var local = Uri.TryCreate(path, UriKind.Absolute, out var url) && url.IsFile ? url.LocalPath : path;
        if (uploads.FindByPath(request.Access, local) is { } upload)
            return new AttachmentRequest { UploadId = upload.Id };
        body.Add("invalid_value", "Only files that were uploaded to this server can be put into a draft; use the draft field of PATCH /v1/chats/{chatID}.", "draftAttachmentPath");
        return null;
    }

    private RenderedSearchOutput Search(ApiRequest request)
    {
        var query = request.RequiredText("query", "q");
        request.Check();
        var access = request.Access;
        var first = new PageRequest(null, PageDirection.Before, ChatsFound);
        var known = rendered.ChatsFor(request.BaseUrl, withPreviews: false);
        var titles = chats.Search(access, new ChatFilter { Query = query }, first, known.Has);
        var groups = chats.Search(access, new ChatFilter { Query = query, InParticipants = true, IsGroup = true }, first, known.Has);
        var found = messages.Find(access, new MessageFilter { Query = query }, first with { Limit = MessagesFound }, known.Has);
        return new RenderedSearchOutput(new RenderedSearchResults
        {
            Chats = titles.Items.Select(known.Json).ToList(),
            InGroups = groups.Items.Select(known.Json).ToList(),
            Messages = known.Json(found),
        });
    }
}
