using System.Collections.Concurrent;
using System.Diagnostics;
using System.Net.WebSockets;
using System.Text;
using System.Text.Json;
using ActorChat.Domain;
using ActorChat.Server.Tests.Processes;

namespace ActorChat.Server.Tests.Clients;

/// <summary>A well-behaved client: reads all the time, records every frame, and finds the reply to each of its requests.</summary>
public sealed class ChatClient : IAsyncDisposable
{
    readonly ClientWebSocket socket = new();
    readonly FrameRecord record = new();
    readonly ConcurrentDictionary<long, TaskCompletionSource<Frame>> asked = new();
    readonly SemaphoreSlim sending = new(1);
    Task reading = Task.CompletedTask;
    long lastId;

    ChatClient()
    {
    }

    public IReadOnlyList<Frame> Frames => record.All;

    /// <summary>A place in the record: what comes after now.</summary>
    public int Now => record.Count;

    public Frame Welcome { get; private set; } = null!;

    /// <summary>Only of a client that has claimed its name on this connection.</summary>
    public string Token => Welcome.TextOf("token") ?? throw new InvalidOperationException("There was no token in welcome.");

    public string Name => Welcome["user"].GetProperty("name").GetString()!;

    public string UserId => Welcome["user"].GetProperty("id").GetString()!;

    public string Epoch => Welcome.TextOf("epoch")!;

    /// <summary>Where the default conversation stood when this client came.</summary>
    public long Head => Welcome["conversations"][0].GetProperty("head").GetInt64();

    /// <summary>The durable events that came one by one, in their order.</summary>
    public IEnumerable<Frame> Events => Frames.Where(f => f.Text.StartsWith("{\"type\":\"message\"", StringComparison.Ordinal) || f.Text.StartsWith("{\"type\":\"answered\"", StringComparison.Ordinal));

    public static async Task<ChatClient> ConnectAsync(ServerProcess server, string? subprotocol = "actorchat.v1", string query = "")
    {
        ArgumentNullException.ThrowIfNull(server);
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

    /// <summary>Claims a name and waits until the replay is over.</summary>
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
                await client.DisposeAsync(); // this machine stood still between the connection and the greeting
            }
        }
    }

    /// <summary>Whether there is room for one more connection, tried until there is or patience ends.</summary>
    public static Task UntilLetInAsync(ServerProcess server) => Deadline.UntilAsync(async () =>
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
    }, Deadline.Usual, () => "There is still no room.");

    /// <summary>Comes back by token, with the cursor where there is one.</summary>
    public static async Task<ChatClient> ReturnAsync(ServerProcess server, string token, string? epoch = null, long? cursor = null)
    {
        var client = await ConnectAsync(server);
        object hello = epoch is null
            ? new { type = "hello", id = 0, token }
            : new { type = "hello", id = 0, token, resume = new { epoch, cursors = cursor is { } at ? new Dictionary<string, long> { ["default"] = at } : [] } };
        await client.OpenAsync(hello);
        return client;
    }

    public static string NewName() => "p" + Guid.NewGuid().ToString("N")[..12];

    /// <summary>A key for a send, as clients make them.</summary>
    public static string NewKey() => Guid.CreateVersion7().ToString();

    async Task OpenAsync(object hello)
    {
        await SendAsync(hello);
        Welcome = await ExpectAsync(f => f.Type == "welcome");
        await ExpectAsync(f => f.Type == "live");
    }

    public Task SendAsync(object frame) => SendTextAsync(JsonSerializer.Serialize(frame));

    public async Task SendTextAsync(string text)
    {
        await sending.WaitAsync();
        try
        {
            await socket.SendAsync(Encoding.UTF8.GetBytes(text), WebSocketMessageType.Text, true, CancellationToken.None);
        }
        finally
        {
            sending.Release();
        }
    }

    /// <summary>Sends a request under an id of its own; the result is its <c>ok</c> or <c>error</c>.</summary>
    public async Task<Frame> AskAsync(object request)
    {
        var fields = JsonSerializer.SerializeToNode(request)!.AsObject();
        var id = Interlocked.Increment(ref lastId);
        fields["id"] = id;
        return await AskTextAsync(fields.ToJsonString(), id);
    }

    /// <summary>The same for a request that is written out, with its id.</summary>
    public async Task<Frame> AskTextAsync(string request, long id)
    {
        var reply = asked.GetOrAdd(id, _ => new TaskCompletionSource<Frame>(TaskCreationOptions.RunContinuationsAsynchronously));
        await SendTextAsync(request);
        try
        {
            return await reply.Task.WaitAsync(Deadline.Usual);
        }
        catch (TimeoutException)
        {
            throw new TimeoutException($"There was no reply to {request[..Math.Min(200, request.Length)]}; the connection: {record.Closed?.ToString() ?? "open"}.");
        }
    }

    public Task<Frame> SayAsync(string text, string? key = null, long? replyTo = null) => AskAsync(replyTo is null
        ? new { type = "send", conversation = "default", key = key ?? NewKey(), text }
        : new { type = "send", conversation = "default", key = key ?? NewKey(), text, reply_to = replyTo });

    /// <summary>The seq of what was said and acknowledged.</summary>
    public async Task<long> SaidAsync(string text)
    {
        var reply = await SayUntilAvailableAsync(text, NewKey());
        Assert.True(reply.Type == "ok", reply.Text);
        return reply.Seq!.Value;
    }

    /// <summary>The reply, once it is not that the store was too slow for a moment: every client tries again then, and under the same key nothing is said twice.</summary>
    public async Task<Frame> SayUntilAvailableAsync(string text, string key)
    {
        var reply = await SayAsync(text, key);
        for (var since = Stopwatch.StartNew(); reply.Code == "unavailable" && since.Elapsed < Deadline.Usual;)
        {
            await Task.Delay(100); // each repetition counts for the rate limit, too
            reply = await SayAsync(text, key);
        }
        return reply;
    }

    /// <summary>Waits for the first frame that fits, among all that have come and will come.</summary>
    public Task<Frame> ExpectAsync(Func<Frame, bool> predicate, TimeSpan? timeout = null, int from = 0) =>
        record.FirstAsync(predicate, from, timeout ?? Deadline.Usual);

    public Task<Frame> ExpectEventAsync(long seq) => ExpectAsync(f => f.Seq == seq && f.Type is "message" or "answered");

    public Task<Closed> ExpectCloseAsync(TimeSpan? timeout = null) => record.ClosedAsync(timeout ?? Deadline.Usual);

    async Task ReadAsync()
    {
        var buffer = new byte[1 << 16];
        try
        {
            while (true)
            {
                var length = 0;
                ValueWebSocketReceiveResult part;
                do
                {
                    if (length == buffer.Length) Array.Resize(ref buffer, 2 * length);
                    part = await socket.ReceiveAsync(buffer.AsMemory(length), CancellationToken.None);
                    length += part.Count;
                }
                while (!part.EndOfMessage);
                if (part.MessageType == WebSocketMessageType.Close) break;
                Take(new Frame(buffer[..length]));
            }
            record.Close(new Closed((int?)socket.CloseStatus, socket.CloseStatusDescription ?? ""));
            await socket.CloseOutputAsync(WebSocketCloseStatus.NormalClosure, null, CancellationToken.None);
        }
        catch (Exception e) when (e is WebSocketException or IOException or OperationCanceledException or ObjectDisposedException)
        {
            record.Close(new Closed(null, e.Message));
        }
        foreach (var (_, reply) in asked) reply.TrySetException(new IOException($"The connection ended: {record.Closed}"));
    }

    void Take(Frame frame)
    {
        // Replies alone are looked at here: under load events are many.
        if (frame.Bytes.Span.StartsWith("{\"type\":\"ok\""u8) || frame.Bytes.Span.StartsWith("{\"type\":\"error\",\"re\""u8))
            asked.GetOrAdd(frame["re"].GetInt64(), _ => new TaskCompletionSource<Frame>(TaskCreationOptions.RunContinuationsAsynchronously)).TrySetResult(frame);
        record.Add(frame);
    }

    /// <summary>Cuts the connection without a word, as a lost network does.</summary>
    public async Task CutAsync()
    {
        socket.Abort();
        await reading;
    }

    public async ValueTask DisposeAsync()
    {
        await CutAsync();
        socket.Dispose();
        sending.Dispose();
    }
}
