using System.Net;
using Microsoft.Data.Sqlite;
using Switchboard.Server.Tests.Hosting;
using Xunit;

namespace Switchboard.Server.Tests.Http;

/// <summary>Reading needs no writing.</summary>
public sealed class BusyDiskTests
{
    [Fact]
    public async Task Reading_is_answered_while_nothing_can_be_written()
    {
        await using var server = await TestServer.StartAsync();
        var own = await server.OwnChatAsync();
        await server.SayAsync(own.Id, "hello");
        var token = await server.TokenAsync("read");
        await using var other = new SqliteConnection($"Data Source={server.Folder.DatabaseFile};Pooling=False");
        await other.OpenAsync();
        await using var locked = await other.BeginTransactionAsync(System.Data.IsolationLevel.Serializable);
        var writing = server.Database.WriteAsync(db => db.Execute("UPDATE chat SET key = key"), CancellationToken.None);

        foreach (var path in new[] { "accounts", "chats", $"chats/{own.Key}", $"chats/{own.Key}/messages", "messages/search?query=hello", "search?query=hello" })
        {
            using var answer = await server.SendAsync(HttpMethod.Get, "/v1/" + path, token);
            Assert.Equal((path, HttpStatusCode.OK), (path, answer.StatusCode));
        }

        // The very first of them would have waited for its turn to write.
        Assert.False(writing.IsCompleted);
        await locked.RollbackAsync();
        await writing;
    }
}
