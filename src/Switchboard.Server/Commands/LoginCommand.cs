using System.CommandLine;
using Switchboard.Matrix;
using Switchboard.Server.Hosting;
using Switchboard.Wire;

namespace Switchboard.Server.Commands;

/// <summary><c>switchboard login …</c>: adds accounts, or makes one work again, through the login sessions of the API.</summary>
internal static class LoginCommand
{
    private const string Bridge = "matrix";
    private const int Attempts = 3;

    /// <summary>Makes the command.</summary>
    public static Command Make() => new("login", "Log in to a network, so that its chats appear here.") { MakeMatrix() };

    private static Command MakeMatrix()
    {
        var (dataDir, json) = (CommonOptions.DataDir(), CommonOptions.Json());
        var homeserver = new Option<string?>("--homeserver")
        {
            Description = "Where the homeserver is: example.org, or a URL. It may be left out when --user is a whole user id.",
        };
        var user = new Option<string?>("--user") { Description = "Your user name, such as ada or @ada:example.org." };
        var password = new Option<string?>("--password-file")
        {
            Description = "A file whose first line is the password. Without it the password is asked for, or read from a pipe.",
        };
        var token = new Option<string?>("--access-token-file")
        {
            Description = "Take over a session that was opened for Switchboard elsewhere: "
                + "a file whose first line is its access token (- for a pipe).",
        };
        var browser = new Option<bool>("--sso") { Description = "Log in through the browser (single sign-on)." };
        var clearText = new Option<bool>("--allow-http")
        {
            Description = "Send the password or token to a homeserver of another machine that is not encrypted (http://). Only in a network you trust.",
        };
        var account = new Option<string?>("--account") { Description = "An account that is to work again, as accounts list shows it." };
        var command = new Command(
            Bridge,
            "Log in to a Matrix homeserver: its rooms appear here, and the chats of every network that is bridged to it. "
            + "Works beside a running server and without one.")
        {
            homeserver, user, password, token, browser, clearText, account, dataDir, json,
        };
        command.Validators.Add(result =>
        {
            if (result.GetValue(token) is not null && result.GetValue(browser))
                result.AddError("--access-token-file and --sso are two ways to log in; choose one.");
        });
        command.SetAction(async (parsed, cancellationToken) =>
        {
            var given = new Dictionary<string, string?>(StringComparer.Ordinal)
            {
                ["homeserver"] = parsed.GetValue(homeserver),
                ["username"] = parsed.GetValue(user),
                [MatrixNetwork.UnencryptedStep] = parsed.GetValue(clearText) ? MatrixNetwork.UnencryptedAgreed : null,
            };
            var flow = parsed.GetValue(browser) ? "sso" : parsed.GetValue(token) is null ? "password" : "access-token";
            var secretFile = flow == "access-token" ? parsed.GetValue(token) : parsed.GetValue(password);
            // Before anything starts, so that a wrong file is told at once.
            if (secretFile is not null)
                given[flow == "access-token" ? "accessToken" : "password"] = await Prompt.SecretFromAsync(secretFile, cancellationToken);
            await using var api = await OwnApi.OpenAsync(parsed.GetValue(dataDir)!, cancellationToken);
            var session = await RunAsync(api, flow, parsed.GetValue(account), given, cancellationToken);
            var made = session.Account!;
            if (parsed.GetValue(json))
                CommandJson.Print(new AccountOutput(made.AccountId, made.Network ?? "", made.User.Id, made.User.FullName));
            else
                Show(made, api.IsServed, parsed.GetValue(dataDir)!);
            return 0;
        });
        return command;
    }

    /// <summary>What happens next, where it is to be seen, and how long it may take.</summary>
    private static void Show(Account made, bool isServed, string folder)
    {
        Console.WriteLine($"Logged in as {made.User.Id}: account {made.AccountId}. A restart does not log it out.");
        Console.WriteLine(isServed
            ? "The running server now fetches its chats, the newest messages of each first: seconds for a few rooms, some minutes for thousands."
            : "No server runs, so nothing is fetched yet. Start it: " + CommandHint.Of("serve", folder));
        Console.WriteLine("Older messages follow in the background. Bridged networks (WhatsApp, Signal …) come as accounts of their own.");
        Console.WriteLine($"  Watch    {CommandHint.Of("accounts list", folder)}   (backfilling while older messages come, then connected)");
        Console.WriteLine($"  Pages    {CommandHint.Of("open", folder)}   (accounts, and who is let in; chats are read by the programs you let in)");
        Console.WriteLine($"  Let in   {CommandHint.Of("token create --name NAME --scopes read,write", folder)}   (a token for a program; see README.md)");
    }

    /// <summary>Takes a login through its steps, asking on the terminal for what was not given.</summary>
    private static async Task<LoginSession> RunAsync(
        OwnApi api, string flow, string? account, Dictionary<string, string?> given, CancellationToken cancellationToken)
    {
        var sessions = $"v1/bridges/{Bridge}/login-sessions";
        var session = await api.PostAsync<CreateLoginSessionInput, LoginSession>(
            sessions, new CreateLoginSessionInput { FlowId = flow, AccountId = account }, cancellationToken);
        for (var attempt = 1; session.CurrentStep is UserInputStep step && session.Status == LoginSessionStatus.WaitingForInput;)
        {
            var fields = await FillAsync(step, given, account is not null, cancellationToken);
            try
            {
                session = await api.PostAsync<SubmitLoginStepInput, LoginSession>(
                    $"{sessions}/{session.LoginSessionId}/steps/{step.StepId}",
                    new SubmitLoginStepInput { Type = LoginStepType.UserInput, Fields = fields }, cancellationToken);
                attempt = 1;
            }
            catch (ApiRefusedException e) when (e.IsWrongInput && attempt < Attempts && Prompt.CanAsk && !WasGiven(step, given))
            {
                // A slip at the keyboard; what came from a file would only be wrong again.
                attempt++;
                await Console.Error.WriteLineAsync(e.Message);
            }
        }

        return session.Account is not null
            ? session
            : throw new StartRefusedException(session.Error?.Message ?? "The login did not come to an end. Try again.");
    }

    private static bool WasGiven(UserInputStep step, Dictionary<string, string?> given) =>
        step.Fields.All(field => field.Optional == true || given.GetValueOrDefault(field.Id) is not null);

    private static async Task<Dictionary<string, string>> FillAsync(
        UserInputStep step, Dictionary<string, string?> given, bool isKnown, CancellationToken cancellationToken)
    {
        var fields = new Dictionary<string, string>(StringComparer.Ordinal);
        var isWarning = step.StepId == MatrixNetwork.UnencryptedStep;
        if (isWarning && given.GetValueOrDefault(step.StepId) is null && !Prompt.CanAsk)
            throw new StartRefusedException($"{step.Instructions} There: add --allow-http.");
        if (step.Instructions is { } instructions && (isWarning || step.Fields.Any(field => field.Type == "url" && field.Id != "homeserver")))
            await Console.Error.WriteLineAsync(instructions);
        foreach (var field in step.Fields)
        {
            var value = given.GetValueOrDefault(field.Id);
            if (value is null && (field.Optional != true || (field.Id == "username" && !isKnown)))
                value = await Prompt.AskAsync(field.Label ?? field.Id, field.Type == "password", cancellationToken);
            if (value is { Length: > 0 })
                fields[field.Id] = value;
        }

        return fields;
    }
}
