using System.Collections.Concurrent;
using System.Net;
using System.Text;
using ActorChat.Selftest.Processes;

namespace ActorChat.Server.Tests.Telemetry;

/// <summary>Takes what a server exports by OTLP over HTTP. The bodies are protobuf, in which strings stand as they are.</summary>
sealed class Collector : IAsyncDisposable
{
    readonly HttpListener listener = new();
    readonly ConcurrentQueue<(string Path, string Body)> received = new();
    readonly bool answers;
    readonly Task listening;

    /// <param name="answers">False for a collector that takes a request and never answers it.</param>
    public Collector(bool answers = true)
    {
        this.answers = answers;
        Address = $"http://127.0.0.1:{LoopbackPort.Free()}/";
        listener.Prefixes.Add(Address);
        listener.Start();
        listening = ListenAsync();
    }

    public string Address { get; }

    public IEnumerable<string> BodiesOf(string path) => received.Where(r => r.Path == path).Select(r => r.Body);

    public bool HasReceived(string path, params string[] words) =>
        words.All(word => BodiesOf(path).Any(body => body.Contains(word, StringComparison.Ordinal)));

    public IEnumerable<string> All => received.Select(r => r.Body);

    async Task ListenAsync()
    {
        try
        {
            while (true)
            {
                var request = await listener.GetContextAsync();
                using var body = new MemoryStream();
                await request.Request.InputStream.CopyToAsync(body);
                received.Enqueue((request.Request.Url!.AbsolutePath, Encoding.Latin1.GetString(body.ToArray())));
                if (answers) request.Response.Close();
            }
        }
        catch (Exception e) when (e is HttpListenerException or ObjectDisposedException)
        {
            // It was closed.
        }
    }

    public async ValueTask DisposeAsync()
    {
        listener.Close();
        await listening;
    }
}
