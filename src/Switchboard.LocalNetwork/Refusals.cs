using Switchboard.Networks;
using Switchboard.Sqlite;

namespace Switchboard.LocalNetwork;

/// <summary>The sentences with which this network refuses.</summary>
internal static class Refusals
{
    public static NetworkException Removed(string username) => new(
        NetworkFailure.LoginExpired,
        $"The local identity \"{username}\" was removed from this server. Add it again to go on using it.");

    public static NetworkException Superseded() => new(
        NetworkFailure.Transient, "Another connection of the same local identity was opened, which ends this one.");

    public static NetworkException Stopping(Exception? inner = null) => new(
        NetworkFailure.Transient, "The local network is stopping. Try again when the server is back.", inner);

    public static NetworkException Storage(Exception inner) => DiskFull.Is(inner)
        ? new(NetworkFailure.StorageFull, "The server's disk is full. Free some space and try again.", inner)
        : new(NetworkFailure.Transient, "The local network could not read or write its files. Check that its folder is writable.", inner);

    public static NetworkException NoSuchChat() => new(
        NetworkFailure.NotFound, "There is no such chat on the local network for this account.");

    public static NetworkException NoSuchMessage() => new(
        NetworkFailure.NotFound, "There is no such message in this chat; it may have been deleted or have disappeared.");

    public static NetworkException NoSuchMedia() => new(
        NetworkFailure.NotFound, "This file is gone: its message was deleted or has disappeared, or the chat is not this account's.");

    public static NetworkException NoSuchPerson(string name) => new(
        NetworkFailure.NotFound,
        $"Nobody called \"{name}\" is on this server. People here are found as contacts; " +
        "to bring somebody in, add an account of the local network with that user name.");

    public static NetworkException ReadOnly() => new(
        NetworkFailure.Rejected, "The other person was removed from this server, so nothing can be sent into this chat.");

    public static NetworkException Rejected(string sentence) => new(NetworkFailure.Rejected, sentence);
}
