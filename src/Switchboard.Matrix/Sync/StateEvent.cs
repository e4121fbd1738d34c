using System.Text.Json;

namespace Switchboard.Matrix.Sync;

/// <summary>A piece of a room's current state.</summary>
/// <param name="Type">Its type.</param>
/// <param name="Key">Its state key.</param>
/// <param name="Sender">Who set it.</param>
/// <param name="At">When, milliseconds.</param>
/// <param name="Content">To what.</param>
internal sealed record StateEvent(string Type, string Key, string Sender, long At, JsonElement Content);
