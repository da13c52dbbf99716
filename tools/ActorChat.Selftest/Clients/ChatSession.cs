using System.Collections.Concurrent;
using System.Net;
using System.Text.Json;
using ActorChat.Selftest.Histories;

namespace ActorChat.Selftest.Clients;

/// <summary>How a client opens: with a name to claim or a token, and the cursor up to which it has read.</summary>
sealed record Hello(string? Name, string? Token = null, string? Epoch = null, long? Cursor = null);

/// <summary>A message to send, with its idempotency key.</summary>
sealed record Draft(string Key, string Text);

/// <summary>
/// One connection of a client that records everything. It reads from <see cref="OpenAsync"/> until the connection ends; requests may be
/// sent meanwhile.
/// </summary>
sealed partial class ChatSession : IAsyncDisposable
{
    public const string Conversation = "default";

    // Unanswered sends of one connection. The server allows 256; fewer keep its outbox of 512 frames from overflowing.
    const int Window = 64;

    readonly WireSocket wire;
    readonly ClientRecorder recorder;
    readonly Action<string> settle;
    readonly ConcurrentDictionary<long, Draft> drafts = new();
    readonly ConcurrentDictionary<long, Read> reads = new();
    readonly SemaphoreSlim window = new(Window);
    readonly TaskCompletionSource live = new(TaskCreationOptions.RunContinuationsAsynchronously);
    readonly CancellationTokenSource ended = new();
    readonly Hello arrival;
    Task reading = Task.CompletedTask;
    long lastRequest, asked;

    ChatSession(WireSocket wire, ClientRecorder recorder, int connection, Hello arrival, Action<string> settle) =>
        (this.wire, this.recorder, Connection, this.arrival, this.settle) = (wire, recorder, connection, arrival, settle);

    public int Connection { get; }

    /// <summary>Cancelled when the connection has ended.</summary>
    public CancellationToken Over => ended.Token;

    public string? Epoch { get; private set; }

    /// <summary>Null unless the name was claimed on this connection.</summary>
    public string? Token { get; private set; }

    public long Head { get; private set; }

    /// <summary>The seq of the newest event; null before the opening.</summary>
    public long? Cursor { get; private set; }

    /// <summary>Whether the opening replayed the missing events instead of a reset.</summary>
    public bool WasSynced { get; private set; }

    public int? CloseCode { get; private set; }

    /// <summary>The error code if hello was refused.</summary>
    public string? Refusal { get; private set; }

    /// <summary>Connects, sends hello and waits until the replay is over.</summary>
    /// <param name="settle">Called with each acknowledged key.</param>
    /// <exception cref="IOException">The connection ended before.</exception>
    public static async Task<ChatSession> OpenAsync(
        IPEndPoint server, ClientRecorder recorder, int connection, Hello arrival, Action<string> settle, int? receiveBuffer = null,
            CancellationToken stop = default)
    {
        var wire = await WireSocket.ConnectAsync(server, "/ws", "actorchat.v1", receiveBuffer, stop: stop);
        var session = new ChatSession(wire, recorder, connection, arrival, settle);
        try
        {
            session.SendHello();
            session.reading = Task.Run(session.ReadAsync, CancellationToken.None);
            await session.live.Task.WaitAsync(stop);
            return session;
        }
        catch
        {
            await session.DisposeAsync();
            throw;
        }
    }

    void SendHello()
    {
        asked = recorder.Recorder.Next();
        var cursors = new Dictionary<string, long>();
        if (arrival.Cursor is { } cursor) cursors.Add(Conversation, cursor);
        object hello = arrival.Token is null
            ? new { type = "hello", id = 0, client = "selftest/1", name = arrival.Name }
            : new { type = "hello", id = 0, client = "selftest/1", token = arrival.Token, resume = new { epoch = arrival.Epoch, cursors } };
        wire.Queue(JsonSerializer.SerializeToUtf8Bytes(hello));
        wire.Flush();
    }

    /// <summary>Sends the messages in one write, or in more if the window is full.</summary>
    public async Task SendAsync(IReadOnlyList<Draft> burst, CancellationToken stop)
    {
        foreach (var draft in burst)
        {
            if (!window.Wait(0, CancellationToken.None))
            {
                wire.Flush();
                await window.WaitAsync(stop);
            }
            Queue(draft);
        }
        wire.Flush();
    }

    /// <summary>Sends a part of the messages, to the byte, and breaks the connection.</summary>
    public void SendAndCut(IReadOnlyList<Draft> burst, double part)
    {
        foreach (var draft in burst) Queue(draft);
        wire.Flush(part);
        wire.Cut();
    }

    void Queue(Draft draft)
    {
        var request = Interlocked.Increment(ref lastRequest);
        drafts[request] = draft;
        recorder.Add(new Sent(Connection, request, draft.Key, draft.Text));
        wire.Queue(JsonSerializer.SerializeToUtf8Bytes(new { type = "send", id = request, conversation = Conversation, key = draft.Key,
            text = draft.Text }));
    }

    /// <summary>Waits until every send has an answer.</summary>
    public async Task DrainAsync(CancellationToken stop)
    {
        var taken = 0;
        try
        {
            for (; taken < Window; taken++) await window.WaitAsync(stop);
        }
        finally
        {
            if (taken > 0) window.Release(taken);
        }
    }

    /// <summary>Requests the events of a range and records them.</summary>
    public async Task PullAsync(long from, long to, Source how, CancellationToken stop) =>
        await AskAsync(new Read(how), id => new { type = "pull", id, conversation = Conversation, from, to }, stop);

    /// <summary>Requests messages before a seq and records them.</summary>
    /// <returns>The seq of the oldest; null at the start of the history.</returns>
    public async Task<long?> PageAsync(long before, int limit, CancellationToken stop) =>
        await AskAsync(new Read(null), id => new { type = "history", id, conversation = Conversation, before, limit }, stop);

    async Task<long?> AskAsync(Read read, Func<long, object> request, CancellationToken stop)
    {
        var id = Interlocked.Increment(ref lastRequest);
        reads[id] = read;
        wire.Queue(JsonSerializer.SerializeToUtf8Bytes(request(id)));
        wire.Flush();
        return await read.Done.Task.WaitAsync(stop);
    }

    sealed record Read(Source? How)
    {
        public TaskCompletionSource<long?> Done { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
    }

    public void Cut() => wire.Cut();

    public async ValueTask DisposeAsync()
    {
        wire.Cut();
        await reading;
        ended.Dispose();
        window.Dispose();
    }
}
