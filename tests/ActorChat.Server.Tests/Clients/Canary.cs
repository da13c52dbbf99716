using ActorChat.Server.Tests.Processes;

namespace ActorChat.Server.Tests.Clients;

/// <summary>Two clients that exchange messages during a hostile test. Every message must be acknowledged and delivered in time.</summary>
sealed class Canary : IAsyncDisposable
{
    readonly ChatClient one, other;

    Canary(ChatClient one, ChatClient other) => (this.one, this.other) = (one, other);

    public static Task<Canary> JoinAsync(ServerProcess server) => JoinAsync(server, server);

    /// <summary>Connects each client to its own node.</summary>
    public static async Task<Canary> JoinAsync(ServerProcess first, ServerProcess second) =>
        new(await ChatClient.JoinAsync(first), await ChatClient.JoinAsync(second));

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
