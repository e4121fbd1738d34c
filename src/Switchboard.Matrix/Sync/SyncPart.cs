namespace Switchboard.Matrix.Sync;

/// <summary>What a part of a sync answer is.</summary>
internal enum SyncPartKind
{
    /// <summary>The token to go on with.</summary>
    NextBatch,

    /// <summary>Account data of no room.</summary>
    AccountData,

    /// <summary>A room that the owner is in.</summary>
    Join,

    /// <summary>A room that the owner is invited to.</summary>
    Invite,

    /// <summary>A room that the owner left or was put out of.</summary>
    Leave,

    /// <summary>A room that the owner asked to be let in.</summary>
    Knock,

    /// <summary>Something of which there is more than can be right; nothing of it is told.</summary>
    TooLarge,
}

/// <summary>A part of a sync answer as it comes; its JSON is good until it is disposed.</summary>
/// <param name="Kind">What it is.</param>
/// <param name="Name">The room id, or the token.</param>
/// <param name="Json">Its JSON object; empty for the token.</param>
internal sealed record SyncPart(SyncPartKind Kind, string Name, JsonBuffer Json) : IDisposable
{
    /// <inheritdoc/>
    public void Dispose() => Json.Dispose();
}
