using ActorChat.Server.Tests.Processes;

namespace ActorChat.Server.Tests.Clients;

/// <summary>Two people who talk while a test misbehaves. What one says must reach the other, and be acknowledged, soon.</summary>
public sealed class Canary : IAsyncDisposable
{
    readonly ChatClient one, other;

    Canary(ChatClient one, ChatClient other) => (this.one, this.other) = (one, other);

    public static Task<Canary> ArriveAsync(ServerProcess server) => ArriveAsync(server, server);

    /// <summary>Each on a node of their own.</summary>
    public static async Task<Canary> ArriveAsync(ServerProcess here, ServerProcess there) => new(await ChatClient.JoinAsync(here), await ChatClient.JoinAsync(there));

    public async Task ExchangeAsync()
    {
        var now = other.Now;
        var key = ChatClient.NewKey();
        var said = await one.SayUntilAvailableAsync("still there?", key);
        Assert.True(said.Type == "ok", said.Text);
        await other.ExpectAsync(f => f.Type == "message" && f.TextOf("key") == key, from: now);
    }

    public async ValueTask DisposeAsync()
    {
        await one.DisposeAsync();
        await other.DisposeAsync();
    }
}
