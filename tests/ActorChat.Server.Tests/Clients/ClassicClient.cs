using ActorChat.Server.Tests.Processes;

namespace ActorChat.Server.Tests.Clients;

/// <summary>A client of the former chat: its page or one of its scripts.</summary>
sealed class ClassicClient : IAsyncDisposable
{
    readonly ChatClient client;

    ClassicClient(ChatClient client) => this.client = client;

    public IReadOnlyList<Frame> Frames => client.Frames;

    public int Now => client.Now;

    /// <summary>Connects, with the name in the address if there is one, and waits for nothing.</summary>
    public static async Task<ClassicClient> ConnectAsync(ServerProcess server, string? username)
    {
        var query = username is null ? "" : $"?username={Uri.EscapeDataString(username)}";
        return new ClassicClient(await ChatClient.ConnectAsync(server, subprotocol: null, query));
    }

    /// <summary>Connects and waits for the history.</summary>
    public static async Task<ClassicClient> JoinAsync(ServerProcess server, string? username = null)
    {
        var classic = await ConnectAsync(server, username ?? ChatClient.NewName());
        await classic.client.ExpectAsync(f => f.TextOf("type") == "history");
        return classic;
    }

    public Task SayAsync(string text) => client.SendAsync(new { text });

    public Task SendTextAsync(string text) => client.SendTextAsync(text);

    public Task<Frame> ExpectAsync(Func<Frame, bool> predicate, TimeSpan? timeout = null, int from = 0) =>
        client.ExpectAsync(predicate, timeout, from);

    /// <summary>Waits for a message with this text.</summary>
    public Task<Frame> ExpectLineAsync(string text) => ExpectAsync(f => !f.Has("type") && f.TextOf("text") == text);

    public Task<Closed> ExpectCloseAsync(TimeSpan? timeout = null) => client.ExpectCloseAsync(timeout);

    public ValueTask DisposeAsync() => client.DisposeAsync();
}
