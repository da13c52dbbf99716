using System.Collections.Concurrent;
using System.Net;
using System.Text.Json;
using ActorChat.Selftest.Histories;

namespace ActorChat.Selftest.Clients;

/// <summary>With what a client comes: a name that it claims or a token, and what it has read already.</summary>
public sealed record Arrival(string? Name, string? Token = null, string? Epoch = null, long? Cursor = null);

/// <summary>A text under its sender's own key.</summary>
public sealed record Draft(string Key, string Text);

/// <summary>
/// One connection of a client that records everything. Its reader runs from <see cref="OpenAsync"/> until the connection ends;
/// requests may be made meanwhile.
/// </summary>
public sealed partial class ChatSession : IAsyncDisposable
{
    public const string Conversation = "default";

    // Unanswered sends of one connection. The server reads on up to 256; the smaller number keeps its outbox to us, 512 frames, from overflowing.
    const int Window = 64;

    readonly WireSocket wire;
    readonly ClientRecorder recorder;
    readonly Action<string> settle;
    readonly ConcurrentDictionary<long, Draft> drafts = new();
    readonly ConcurrentDictionary<long, Read> reads = new();
    readonly SemaphoreSlim window = new(Window);
    readonly TaskCompletionSource live = new(TaskCreationOptions.RunContinuationsAsynchronously);
    readonly CancellationTokenSource ended = new();
    readonly Arrival arrival;
    Task reading = Task.CompletedTask;
    long lastRequest, asked;

    ChatSession(WireSocket wire, ClientRecorder recorder, int connection, Arrival arrival, Action<string> settle) =>
        (this.wire, this.recorder, Connection, this.arrival, this.settle) = (wire, recorder, connection, arrival, settle);

    public int Connection { get; }

    /// <summary>Cancelled when the connection has ended.</summary>
    public CancellationToken Over => ended.Token;

    public string? Epoch { get; private set; }

    /// <summary>Only where the name was claimed on this connection.</summary>
    public string? Token { get; private set; }

    public long Head { get; private set; }

    /// <summary>The newest event that came; none before the opening.</summary>
    public long? Cursor { get; private set; }

    /// <summary>Whether the opening replayed what was missing, instead of beginning anew.</summary>
    public bool WasSynced { get; private set; }

    public int? CloseCode { get; private set; }

    /// <summary>The code with which hello was refused.</summary>
    public string? Refusal { get; private set; }

    /// <summary>Connects, says hello and waits until the replay is over.</summary>
    /// <param name="settle">Called with each key that was acknowledged.</param>
    /// <exception cref="IOException">The connection ended before that.</exception>
    public static async Task<ChatSession> OpenAsync(
        IPEndPoint server, ClientRecorder recorder, int connection, Arrival arrival, Action<string> settle, int? receiveBuffer = null, CancellationToken stop = default)
    {
        var wire = await WireSocket.ConnectAsync(server, "/ws", "actorchat.v1", receiveBuffer, stop: stop);
        var session = new ChatSession(wire, recorder, connection, arrival, settle);
        try
        {
            session.SayHello();
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

    void SayHello()
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

    /// <summary>Sends in one write, as soon as enough was answered.</summary>
    public async Task SendAsync(IReadOnlyList<Draft> burst, CancellationToken stop)
    {
        ArgumentNullException.ThrowIfNull(burst);
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

    /// <summary>Sends the first part of a burst, to the byte, and cuts the connection.</summary>
    public void SendAndCut(IReadOnlyList<Draft> burst, double part)
    {
        ArgumentNullException.ThrowIfNull(burst);
        foreach (var draft in burst) Queue(draft);
        wire.Flush(part);
        wire.Cut();
    }

    void Queue(Draft draft)
    {
        var request = Interlocked.Increment(ref lastRequest);
        drafts[request] = draft;
        recorder.Add(new Sent(Connection, request, draft.Key, draft.Text));
        wire.Queue(JsonSerializer.SerializeToUtf8Bytes(new { type = "send", id = request, conversation = Conversation, key = draft.Key, text = draft.Text }));
    }

    /// <summary>Waits until everything that was sent is answered.</summary>
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

    /// <summary>Asks for events of a range; they are recorded.</summary>
    public async Task PullAsync(long from, long to, Source how, CancellationToken stop) =>
        await AskAsync(new Read(how), id => new { type = "pull", id, conversation = Conversation, from, to }, stop);

    /// <summary>Asks for messages before a seq; they are recorded. The result is the seq of the oldest, none at the start.</summary>
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
