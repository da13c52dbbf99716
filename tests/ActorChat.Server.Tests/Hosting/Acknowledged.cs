using System.Collections.Concurrent;
using ActorChat.Server.Tests.Clients;
using ActorChat.Server.Tests.Processes;

namespace ActorChat.Server.Tests.Hosting;

/// <summary>Records the seq and the text of every acknowledged message by its key, and checks that the server still has them.</summary>
sealed class Acknowledged
{
    // Concurrent sends of one client: enough to keep the server busy.
    const int Window = 16;

    readonly ConcurrentDictionary<string, (long Seq, string Text)> receipts = new();

    public int Count => receipts.Count;

    /// <summary>Sends the next message as soon as one is acknowledged, until the connection ends.</summary>
    public Task SendUntilDisconnectedAsync(ChatClient client) => Task.WhenAll(Enumerable.Range(0, Window).Select(async line =>
    {
        try
        {
            for (var i = 0; ; i++)
            {
                var (key, text) = (ChatClient.NewKey(), $"line {line}, {i} of {client.Name}");
                var reply = await client.SayUntilAvailableAsync(text, key);
                Assert.True(reply.Type == "ok", reply.Text);
                Assert.True(receipts.TryAdd(key, (reply.Seq!.Value, text)));
            }
        }
        catch (Exception e) when (ChatClient.IsDisconnect(e))
        {
            // A message without a receipt may be stored or not.
        }
    }));

    /// <summary>Reads the whole log. It contains every acknowledged message once, at its seq, and has no gap.</summary>
    public async Task AssertStoredAsync(ServerProcess server)
    {
        await using var reader = await ChatClient.JoinAsync(server);
        var stored = new Dictionary<string, (long Seq, string Text)>();
        var next = 1L;
        while (next <= reader.Head)
        {
            var page = await reader.AskAsync(new { type = "pull", conversation = "default", from = next, to = next + 999 });
            foreach (var e in page["events"].EnumerateArray())
            {
                var seq = e.GetProperty("seq").GetInt64();
                Assert.Equal(next++, seq);
                if (!e.TryGetProperty("key", out var key)) continue;
                Assert.True(stored.TryAdd(key.GetString()!, (seq, e.GetProperty("text").GetString()!)), "A key is stored twice.");
            }
        }
        foreach (var (key, receipt) in receipts)
        {
            Assert.True(stored.TryGetValue(key, out var message), $"The message that was acknowledged at {receipt.Seq} is missing.");
            Assert.Equal(receipt, message);
        }
    }
}
