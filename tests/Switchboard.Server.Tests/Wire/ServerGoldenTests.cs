using System.Text.Json;
using Switchboard.Wire;
using Xunit;

namespace Switchboard.Server.Tests.Wire;

public sealed class ServerGoldenTests
{
    private const string Origin = "http://127.0.0.1:23373";

    [Fact]
    public void Info() => Golden.Matches("info", new Info
    {
        App = new() { Name = "Switchboard", Version = "4.2.808", BundleId = "org.switchboard.app", ServerVersion = "0.1.0" },
        Platform = new() { Os = "linux", Arch = "x64", Release = ".NET 10.0" },
        Server = new()
        {
            Status = "running",
            BaseUrl = Origin,
            Port = 23373,
            Hostname = "127.0.0.1",
            RemoteAccess = false,
            McpEnabled = true,
        },
        Endpoints = new()
        {
            Oauth = new()
            {
                AuthorizationEndpoint = $"{Origin}/oauth/authorize",
                TokenEndpoint = $"{Origin}/oauth/token",
                IntrospectionEndpoint = $"{Origin}/oauth/introspect",
                UserinfoEndpoint = $"{Origin}/oauth/userinfo",
                RevocationEndpoint = $"{Origin}/oauth/revoke",
                RegistrationEndpoint = $"{Origin}/oauth/register",
            },
            Spec = $"{Origin}/v1/spec",
            Mcp = $"{Origin}/v0/mcp",
            WsEvents = $"{Origin}/v1/ws",
        },
    });

    [Fact]
    public void Setup_state() => Golden.Matches("setup-state", new SetupState
    {
        State = SetupStage.Ready,
        E2ee = new()
        {
            Initialized = true,
            SecretStorage = true,
            CrossSigning = true,
            Verified = true,
            KeyBackup = true,
            FirstSyncDone = true,
            HasBackedUpRecoveryKey = true,
            Secrets = new()
            {
                MasterKey = true,
                SelfSigningKey = true,
                UserSigningKey = true,
                MegolmBackupKey = true,
                RecoveryKey = true,
            },
        },
        Matrix = new() { UserId = "@ada:example.org", DeviceId = "DEV", Homeserver = "https://example.org" },
        Verification = new()
        {
            Id = "v1",
            State = VerificationStage.SasReady,
            Direction = VerificationDirection.Incoming,
            Purpose = VerificationPurpose.Device,
            Methods = [VerificationMethod.Qr, VerificationMethod.Sas],
            AvailableActions = [VerificationAction.QrConfirmScanned, VerificationAction.SasConfirm],
            OtherDevice = new() { Id = "PHONE", Name = "Phone" },
            Sas = new() { Emojis = "🐶🔑", Decimals = "1 2 3" },
        },
    });

    [Fact]
    public void A_bridge() => Golden.Matches("bridges", new ItemList<Bridge>
    {
        Items =
        [
            new()
            {
                Id = "local",
                Type = "local",
                Provider = BridgeProvider.Local,
                DisplayName = "Local",
                Status = BridgeStatus.Available,
                SupportsMultipleAccounts = true,
                Accounts = [Samples.Account],
                ActiveAccountCount = 1,
                Network = "Local",
            },
        ],
    });

    [Fact]
    public void A_removed_login() => Golden.Matches("login-removed", new RemoveLoginOutput
    {
        BridgeId = "local",
        LoginId = "ada",
        Scope = RemoveScope.AllDevices,
        AffectedAccountIds = ["local_ada"],
    });

    [Fact]
    public void A_session_that_asks_for_input()
    {
        var step = new UserInputStep
        {
            StepId = "identity",
            Fields =
            [
                new() { Id = "username", Label = "Name", Type = "username", Placeholder = "ada", InitialValue = "a", Optional = false },
            ],
            Instructions = "Choose a name.",
        };

        Golden.Matches("login-user-input", Session(LoginSessionStatus.WaitingForInput, step));
    }

    [Fact]
    public void A_session_that_asks_for_cookies()
    {
        var step = new CookiesStep
        {
            StepId = "cookies",
            Url = "https://example.org/login",
            Fields =
            [
                new()
                {
                    Id = "token",
                    Name = "sid",
                    Type = CookieFieldType.LocalStorage,
                    Required = true,
                    Pattern = "^[a-z]+$",
                    Sources =
                    [
                        new()
                        {
                            Type = CookieSourceType.RequestHeader,
                            Name = "Authorization",
                            CookieDomain = "example.org",
                            RequestUrlRegex = "/api/",
                        },
                    ],
                },
            ],
            UserAgent = "Browser/1",
            ExtractJS = "1",
            ExpectedFinalUrlRegex = "/home$",
        };

        Golden.Matches("login-cookies", Session(LoginSessionStatus.WaitingForCookies, step));
    }

    [Theory]
    [InlineData("qr")]
    [InlineData("emoji")]
    [InlineData("code")]
    [InlineData("nothing")]
    public void A_session_that_shows_something(string kind) => Golden.Matches(
        $"login-display-{kind}",
        Session(LoginSessionStatus.WaitingForDisplay, new DisplayAndWaitStep
        {
            StepId = "show",
            Display = kind switch
            {
                "qr" => new QrDisplay { Data = "2@abc" },
                "emoji" => new EmojiDisplay { ImageUrl = "https://example.org/e.png" },
                "code" => new CodeDisplay { Data = "1234" },
                _ => new NothingDisplay(),
            },
        }));

    [Fact]
    public void A_session_that_is_complete() => Golden.Matches(
        "login-complete",
        Session(LoginSessionStatus.Complete, new CompleteStep { StepId = "done", Login = Samples.Login, Account = Samples.Account }) with
        {
            Account = Samples.Account,
            AccountId = Samples.Account.AccountId,
            Login = Samples.Login,
            LoginId = Samples.Login.LoginId,
        });

    [Fact]
    public void A_session_that_failed() => Golden.Matches("login-failed", Session(LoginSessionStatus.Failed, null) with
    {
        Error = new() { Message = "That name is taken.", Code = "conflict" },
    });

    [Fact]
    public void A_cancelled_session() => Golden.Matches(
        "login-cancelled", new CancelLoginSessionOutput { BridgeId = "local", LoginSessionId = "ls_1" });

    [Fact]
    public void A_step_whose_type_does_not_come_first_is_read_all_the_same()
    {
        var session = WireJson.Read<LoginSession>(
            """{"bridgeID":"b","loginSessionID":"s","status":"complete","currentStep":{"stepID":"done","type":"complete"}}"""u8);

        Assert.Equal("done", Assert.IsType<CompleteStep>(session!.CurrentStep).StepId);
    }

    [Fact]
    public void A_step_of_an_unknown_type_is_refused() => Assert.Throws<JsonException>(() => WireJson.Read<LoginStep>(
        """{"type":"dance"}"""u8));

    private static LoginSession Session(LoginSessionStatus status, LoginStep? step) => new()
    {
        BridgeId = "local",
        LoginSessionId = "ls_1",
        Status = status,
        CurrentStep = step,
    };
}
