namespace Switchboard.Server.Web;

/// <summary>A password or one-time code is not good. What exactly is wrong is not said.</summary>
internal sealed class SignInException() : Exception("The password or code is not good.");
