using System.Collections.Concurrent;
using System.Diagnostics;
using System.Net.WebSockets;
using System.Text;
using System.Text.Json;
using ActorChat.Server.Tests.Processes;

namespace ActorChat.Server.Tests.Clients;

/// <summary>A correct client: it reads all the time, records every frame, and finds the reply to each request.</summary>
sealed partial class ChatClient : IAsyncDisposable
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

    /// <summary>The number of frames so far, as the start of a later search.</summary>
    public int Now => record.Count;

    public Frame Welcome { get; private set; } = null!;

    /// <summary>The token, if this connection claimed the name.</summary>
    public string Token => Welcome.TextOf("token") ?? throw new InvalidOperationException("The welcome contains no token.");

    public string Name => Welcome["user"].GetProperty("name").GetString()!;

    public string UserId => Welcome["user"].GetProperty("id").GetString()!;

    public string Epoch => Welcome.TextOf("epoch")!;

    /// <summary>The head of the default conversation when this client connected.</summary>
    public long Head => Welcome["conversations"][0].GetProperty("head").GetInt64();

    /// <summary>The live durable events in their order.</summary>
    public IEnumerable<Frame> Events => Frames.Where(f =>
        f.Bytes.Span.StartsWith("{\"type\":\"message\""u8) || f.Bytes.Span.StartsWith("{\"type\":\"answered\""u8));

    /// <summary>True for the exceptions of a send or request on a lost connection.</summary>
    public static bool IsDisconnect(Exception e) => e
        is IOException or WebSocketException or OperationCanceledException or ObjectDisposedException or InvalidOperationException;

    public static string NewName() => "p" + Guid.NewGuid().ToString("N")[..12];

    /// <summary>Creates a key for a send in the same form as real clients.</summary>
    public static string NewKey() => Guid.CreateVersion7().ToString();

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

    /// <summary>Sends a request with a new id and returns its <c>ok</c> or <c>error</c>.</summary>
    public async Task<Frame> AskAsync(object request)
    {
        var fields = JsonSerializer.SerializeToNode(request)!.AsObject();
        var id = Interlocked.Increment(ref lastId);
        fields["id"] = id;
        return await AskTextAsync(fields.ToJsonString(), id);
    }

    /// <summary>Sends the text of a request and returns its <c>ok</c> or <c>error</c>.</summary>
    /// <param name="id">The id in the text.</param>
    public async Task<Frame> AskTextAsync(string request, long id)
    {
        var reply = ReplyTo(id);
        await SendTextAsync(request);
        try
        {
            return await reply.Task.WaitAsync(Deadline.Usual);
        }
        catch (TimeoutException)
        {
            var connection = record.Closed?.ToString() ?? "open";
            throw new TimeoutException($"No reply to {request[..Math.Min(200, request.Length)]}. The connection: {connection}.");
        }
    }

    /// <summary>Sends a message once and returns the reply.</summary>
    public Task<Frame> SayAsync(string text, string? key = null, long? replyTo = null) => AskAsync(replyTo is null
        ? new { type = "send", conversation = "default", key = key ?? NewKey(), text }
        : new { type = "send", conversation = "default", key = key ?? NewKey(), text, reply_to = replyTo });

    /// <summary>Sends a message, expects its receipt, and returns its seq.</summary>
    public async Task<long> SaidAsync(string text)
    {
        var reply = await SayUntilAvailableAsync(text, NewKey());
        Assert.True(reply.Type == "ok", reply.Text);
        return reply.Seq!.Value;
    }

    /// <summary>Sends a message again with the same key, as every client does, while the reply is <c>unavailable</c>.</summary>
    public async Task<Frame> SayUntilAvailableAsync(string text, string key)
    {
        var reply = await SayAsync(text, key);
        for (var since = Stopwatch.StartNew(); reply.Code == "unavailable" && since.Elapsed < Deadline.Usual;)
        {
            await Task.Delay(100); // each repetition counts against the rate limit
            reply = await SayAsync(text, key);
        }
        return reply;
    }

    /// <summary>Returns the first frame that matches, among the recorded and all later frames.</summary>
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
        // Looks only at the first bytes, because parsing every event under load would be slow.
        if (frame.Bytes.Span.StartsWith("{\"type\":\"ok\""u8) || frame.Bytes.Span.StartsWith("{\"type\":\"error\",\"re\""u8))
            ReplyTo(frame["re"].GetInt64()).TrySetResult(frame);
        record.Add(frame);
    }

    TaskCompletionSource<Frame> ReplyTo(long id) =>
        asked.GetOrAdd(id, _ => new TaskCompletionSource<Frame>(TaskCreationOptions.RunContinuationsAsynchronously));

    /// <summary>Aborts the connection without a close frame, like a lost network.</summary>
    public async Task AbortAsync()
    {
        socket.Abort();
        await reading;
    }

    public async ValueTask DisposeAsync()
    {
        await AbortAsync();
        socket.Dispose();
        sending.Dispose();
    }
}
