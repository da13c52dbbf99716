using System.Collections.Concurrent;
using System.Net.WebSockets;
using ActorChat.Server.Tests.Clients;
using ActorChat.Server.Tests.Processes;

namespace ActorChat.Server.Tests.Hosting;

/// <summary>What the server has promised: by key, the place at which a message was acknowledged, and its text.</summary>
public sealed class Acknowledged
{
    // Requests of one sender that wait for their answer: enough to keep the server busy.
    const int Window = 16;

    readonly ConcurrentDictionary<string, (long Seq, string Text)> promises = new();

    public int Count => promises.Count;

    /// <summary>Sends as fast as answers come, until the connection ends.</summary>
    public Task SendUntilCutAsync(ChatClient client) => Task.WhenAll(Enumerable.Range(0, Window).Select(async line =>
    {
        try
        {
            for (var i = 0; ; i++)
            {
                var (key, text) = (ChatClient.NewKey(), $"line {line}, {i} of {client.Name}");
                var reply = await client.SayUntilAvailableAsync(text, key);
                Assert.True(reply.Type == "ok", reply.Text);
                Assert.True(promises.TryAdd(key, (reply.Seq!.Value, text)));
            }
        }
        catch (Exception e) when (e is IOException or WebSocketException or OperationCanceledException or ObjectDisposedException or InvalidOperationException)
        {
            // The connection ended, and with it the sending. What was not answered then is unknown, and no promise.
        }
    }));

    /// <summary>Reads the whole log: every promise is kept, once and at its place, and there is no hole.</summary>
    public async Task AssertKeptAsync(ServerProcess server)
    {
        await using var reader = await ChatClient.JoinAsync(server);
        var stored = new Dictionary<string, (long Seq, string Text)>();
        var next = 1L;
        while (next <= reader.Head)
        {
            var page = await reader.AskAsync(new { type = "pull", conversation = "default", from = next, to = next + 999 });
            foreach (var e in page["events"].EnumerateArray())
            {
                Assert.Equal(next++, e.GetProperty("seq").GetInt64());
                if (e.TryGetProperty("key", out var key)) Assert.True(stored.TryAdd(key.GetString()!, (e.GetProperty("seq").GetInt64(), e.GetProperty("text").GetString()!)), "A key is there twice.");
            }
        }
        foreach (var (key, promise) in promises)
        {
            Assert.True(stored.TryGetValue(key, out var kept), $"A message that was acknowledged at {promise.Seq} is not there.");
            Assert.Equal(promise, kept);
        }
    }
}
