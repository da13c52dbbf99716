using System.Net.WebSockets;
using ActorChat.Server.Tests.Processes;

namespace ActorChat.Server.Tests.Clients;

/// <summary>Connects and signs in.</summary>
sealed partial class ChatClient
{
    public static async Task<ChatClient> ConnectAsync(ServerProcess server, string? subprotocol = "actorchat.v1", string query = "")
    {
        var client = new ChatClient();
        try
        {
            if (subprotocol is not null) client.socket.Options.AddSubProtocol(subprotocol);
            using var deadline = new CancellationTokenSource(Deadline.Usual);
            await client.socket.ConnectAsync(new Uri(server.Socket, "ws" + query), deadline.Token);
            client.reading = Task.Run(client.ReadAsync);
            return client;
        }
        catch
        {
            client.socket.Dispose();
            throw;
        }
    }

    /// <summary>Claims a name and waits for <c>live</c>.</summary>
    public static async Task<ChatClient> JoinAsync(ServerProcess server, string? name = null)
    {
        name ??= NewName();
        for (var tries = 1; ; tries++)
        {
            var client = await ConnectAsync(server);
            try
            {
                await client.OpenAsync(new { type = "hello", id = 0, client = "test/1", name });
                return client;
            }
            catch (Exception) when (client.record.Closed?.Code == 4408 && tries < 3)
            {
                await client.DisposeAsync(); // the machine paused between the connection and the hello
            }
        }
    }

    /// <summary>Tries to connect until the server accepts one more connection.</summary>
    public static Task UntilAcceptedAsync(ServerProcess server) => Deadline.UntilAsync(async () =>
    {
        await using var client = await ConnectAsync(server);
        try
        {
            await client.OpenAsync(new { type = "hello", id = 0, name = NewName() });
            return true;
        }
        catch (Exception e) when (e is WebSocketException or TimeoutException)
        {
            Assert.Equal(4409, client.record.Closed?.Code);
            return false;
        }
    }, Deadline.Usual, () => "The server still refuses connections.");

    /// <summary>Signs in with a token and resumes if there is an epoch.</summary>
    public static async Task<ChatClient> ReturnAsync(ServerProcess server, string token, string? epoch = null, long? cursor = null)
    {
        var client = await ConnectAsync(server);
        var cursors = new Dictionary<string, long>();
        if (cursor is { } seq) cursors["default"] = seq;
        object hello = epoch is null
            ? new { type = "hello", id = 0, token }
            : new { type = "hello", id = 0, token, resume = new { epoch, cursors } };
        await client.OpenAsync(hello);
        return client;
    }

    async Task OpenAsync(object hello)
    {
        await SendAsync(hello);
        Welcome = await ExpectAsync(f => f.Type == "welcome");
        await ExpectAsync(f => f.Type == "live");
    }
}
