using System.Collections.Concurrent;
using ActorChat.Server.Tests.Clients;
using ActorChat.Server.Tests.Processes;

namespace ActorChat.Server.Tests.Hosting;

/// <summary>Sends until the connection ends, then resumes with its cursor and repeats every send without a receipt.</summary>
sealed class ResumingClient : IAsyncDisposable
{
    readonly ConcurrentDictionary<string, long?> sent = new(); // the seq by key, if there is a receipt
    readonly string token, epoch;
    ChatClient client;

    ResumingClient(ChatClient client) => (this.client, token, epoch) = (client, client.Token, client.Epoch);

    public static async Task<ResumingClient> JoinAsync(ServerProcess server) => new(await ChatClient.JoinAsync(server));

    public int Acknowledged => sent.Values.Count(seq => seq is not null);

    public IEnumerable<string> Keys => sent.Keys;

    /// <summary>The keys of all received events by seq.</summary>
    public SortedDictionary<long, string> Received { get; } = [];

    public async Task SendUntilDisconnectedAsync()
    {
        try
        {
            while (true)
            {
                var key = ChatClient.NewKey();
                sent[key] = null;
                await SendAsync(key);
            }
        }
        catch (Exception e) when (ChatClient.IsDisconnect(e))
        {
            // The server has stopped.
        }
    }

    async Task SendAsync(string key)
    {
        var reply = await client.SayUntilAvailableAsync($"sent with {key}", key);
        Assert.True(reply.Type == "ok", reply.Text);
        sent[key] = reply.Seq;
    }

    public async Task ResumeAsync(ServerProcess server)
    {
        await client.ExpectCloseAsync();
        Add(client.Events.Select(e => (e.Seq!.Value, e.TextOf("key")!)));
        await client.DisposeAsync();
        client = await ChatClient.ReturnAsync(server, token, epoch, Received.Count == 0 ? 0 : Received.Last().Key);
        Add(client.Frames.Where(f => f.Type == "sync").SelectMany(f => f["events"].EnumerateArray())
            .Select(e => (e.GetProperty("seq").GetInt64(), e.GetProperty("key").GetString()!)));
        foreach (var key in sent.Where(s => s.Value is null).Select(s => s.Key).ToArray()) await SendAsync(key);
    }

    public async Task AssertReceivedAllAsync(long head)
    {
        if (client.Head < head) await client.ExpectEventAsync(head);
        Add(client.Events.Select(e => (e.Seq!.Value, e.TextOf("key")!)));
        Assert.Equal(Enumerable.Range(1, (int)head).Select(i => (long)i), Received.Keys);
        foreach (var (key, seq) in sent) Assert.Equal(key, Received[seq!.Value]);
    }

    void Add(IEnumerable<(long Seq, string Key)> events)
    {
        foreach (var (seq, key) in events) Assert.True(Received.TryAdd(seq, key), $"Event {seq} was received twice.");
    }

    public ValueTask DisposeAsync() => client.DisposeAsync();
}
