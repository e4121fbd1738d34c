using Switchboard.Wire;
using Domain = Switchboard.Core.Logins;

namespace Switchboard.Server.Mapping;

/// <summary>Logins under way as the contract writes them (objects.md §15).</summary>
internal static class SessionMapping
{
    /// <summary>The contract's shape.</summary>
    public static LoginSession ToWire(Domain.LoginSession session, WireMapper map, string baseUrl)
    {
        var account = session.Account is null ? null : map.ToWire(session.Account, baseUrl);
        var login = session.Account is not { } owner ? null : new BridgeLogin
        {
            BridgeId = session.BridgeId,
            LoginId = owner.LoginRemoteId,
            Status = BridgeLoginStatus.Connected,
            RemoveScopes = [RemoveScope.CurrentDevice],
            AccountIds = [owner.Id],
            User = map.ToWire(owner.Self, baseUrl),
        };
        return new LoginSession
        {
            BridgeId = session.BridgeId,
            LoginSessionId = session.Id,
            Status = session.Status switch
            {
                Domain.LoginSessionStatus.WaitingForInput => LoginSessionStatus.WaitingForInput,
                Domain.LoginSessionStatus.WaitingForDisplay => LoginSessionStatus.WaitingForDisplay,
                Domain.LoginSessionStatus.Complete => LoginSessionStatus.Complete,
                Domain.LoginSessionStatus.Cancelled => LoginSessionStatus.Cancelled,
                Domain.LoginSessionStatus.Failed => LoginSessionStatus.Failed,
                _ => throw new InvalidOperationException($"Unknown login session status {session.Status}."),
            },
            CurrentStep = session.Step is null ? null : ToWire(session.Step, login, account),
            Account = account,
            AccountId = account?.AccountId,
            Login = login,
            LoginId = login?.LoginId,
            Error = session.Error is null ? null : new ApiError { Code = "unsupported", Message = session.Error },
        };
    }

    private static Wire.LoginStep ToWire(Networks.LoginStep step, BridgeLogin? login, Account? account) => step switch
    {
        Networks.LoginStep.UserInput input => new UserInputStep
        {
            StepId = input.StepId,
            Instructions = input.Instructions,
            Fields = input.Fields.Select(field => new UserInputField
            {
                Id = field.Id,
                Label = field.Label,
                Type = field.Type,
                Placeholder = field.Placeholder,
                Optional = field.Optional,
            }).ToList(),
        },
        Networks.LoginStep.DisplayAndWait display => new DisplayAndWaitStep
        {
            StepId = display.StepId,
            Instructions = display.Instructions,
            Display = display.Kind == Networks.LoginDisplay.Qr
                ? new QrDisplay { Data = display.Data }
                : new CodeDisplay { Data = display.Data },
        },
        Networks.LoginStep.Complete complete => new CompleteStep
        {
            StepId = complete.StepId,
            Instructions = complete.Instructions,
            Login = login,
            Account = account,
        },
        _ => throw new InvalidOperationException($"Unknown login step {step.GetType().Name}."),
    };
}
