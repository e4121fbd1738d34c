namespace Switchboard.Core;

/// <summary>The name by which this installation's own ids are qualified, as in <c>!chat:name</c> and <c>mxc://name/file</c>.</summary>
public sealed record ServerIdentity(string Name)
{
    /// <summary>A new chat id in the form of a Matrix room id (objects.md §1).</summary>
    public string NewChatId() => $"!{Store.RandomText(18)}:{Name}";
}
