using System.Net;
using ActorChat.Selftest.Clients;
using ActorChat.Selftest.Histories;

namespace ActorChat.Selftest.Runs;

/// <param name="Head">The head up to which every client reads at the end; known when the faults are over.</param>
/// <param name="FaultsOver">Cancelled when no more faults are injected.</param>
sealed record Phases(Task<long> Head, CancellationToken FaultsOver);

/// <summary>
/// One client of the selftest. It sends in bursts, repeats messages, reads old events again, stops reading, breaks its connection in the
/// middle of a frame, and resumes from its cursor or an older one. It obeys the protocol, so whatever goes wrong is a fault of the server.
/// </summary>
sealed class Participant(string name, IReadOnlyList<IPEndPoint> servers, Recorder recorder, int seed)
{
    // How far a resume goes back at most. Beyond 1000 the server may reset, so both cases occur.
    const int FurthestBack = 1500;
    const int SmallReceiveBuffer = 4096;

    readonly Random random = new(seed);
    readonly List<(long From, long To)> missing = [];
    readonly TaskCompletionSource settled = new(TaskCreationOptions.RunContinuationsAsynchronously);
    ClientRecorder record = new(recorder, name);
    Outbox? outbox;
    string? token, epoch;
    long? cursor;
    int connections, claims;

    Outbox Outbox => outbox ??= new Outbox(name, random);

    /// <summary>Completes when every message has an answer and no event is missing.</summary>
    public Task Settled => settled.Task;

    public ClientHistory History => record.ToHistory();

    /// <summary>Runs until it has read up to the final head, or is stopped.</summary>
    public async Task RunAsync(Phases phases, CancellationToken stop)
    {
        while (!stop.IsCancellationRequested && !(phases.Head.IsCompletedSuccessfully && cursor >= await phases.Head))
        {
            try
            {
                await RunConnectionAsync(phases, stop);
            }
            catch (Exception e) when (e is IOException or OperationCanceledException)
            {
                // The connection broke, or the server is down. It reconnects below.
            }
            if (!stop.IsCancellationRequested) await Task.Delay(random.Next(5, 100), CancellationToken.None);
        }
    }

    async Task RunConnectionAsync(Phases phases, CancellationToken stop)
    {
        var faultsOver = phases.FaultsOver;
        var from = faultsOver.IsCancellationRequested ? cursor : ChooseCursor();
        var arrival = token is null ? ClaimName() : new Hello(null, token, epoch, from);
        var slow = !faultsOver.IsCancellationRequested && random.Next(5) == 0;
        await using var session = await ChatSession.OpenAsync(servers[random.Next(servers.Count)], record, ++connections, arrival,
            Outbox.Settle, slow ? SmallReceiveBuffer : null, stop);
        token ??= session.Token;
        epoch = session.Epoch;
        if (cursor is { } read && session.Cursor > read && !(from <= read && session.WasSynced))
            missing.Add((read + 1, session.Cursor.Value));
        cursor = Math.Max(cursor ?? 0, session.Cursor ?? 0);
        using var over = CancellationTokenSource.CreateLinkedTokenSource(session.Over, stop);
        try
        {
            await FillAsync(session, over.Token);
            if (!faultsOver.IsCancellationRequested) await ActAsync(session, faultsOver, over.Token);
            if (faultsOver.IsCancellationRequested) await SettleAsync(session, phases.Head, over.Token);
        }
        finally
        {
            cursor = Math.Max(cursor ?? 0, session.Cursor ?? 0);
        }
    }

    // If the token got lost on the way, the name is taken for good. The client has sent nothing yet, so it starts again with another name.
    Hello ClaimName()
    {
        record = new ClientRecorder(recorder, name);
        return new Hello($"{name}.{++claims}");
    }

    long? ChooseCursor() => random.Next(10) switch
    {
        0 => null,
        1 or 2 when cursor is { } at => Math.Max(0, at - random.Next(FurthestBack)),
        _ => cursor,
    };

    async Task FillAsync(ChatSession session, CancellationToken over)
    {
        while (missing.Count > 0)
        {
            var (from, to) = missing[^1];
            var part = Math.Min(to, from + 999);
            await session.PullAsync(from, part, Source.Fill, over);
            missing.RemoveAt(missing.Count - 1);
            if (part < to) missing.Add((part + 1, to));
        }
    }

    async Task ActAsync(ChatSession session, CancellationToken faultsOver, CancellationToken over)
    {
        await RepeatUnknownAsync(session, over);
        while (!faultsOver.IsCancellationRequested && !over.IsCancellationRequested)
        {
            switch (random.Next(100))
            {
                case < 60: await session.SendAsync(Outbox.New(random.Next(1, 33)), over); break;
                case < 68: await session.SendAsync(Outbox.Settled(random.Next(1, 9)), over); break;
                case < 73: await session.SendAsync([.. Outbox.New(random.Next(1, 9)).SelectMany(d => new[] { d, d })], over); break;
                case < 75: await session.SendAsync([.. Outbox.Settled(1).Select(d => d with { Text = d.Text + " altered" })], over); break;
                case < 76: await session.SendAsync([Outbox.New("/AIBot python, asks ")], over); break;
                case < 81: await ReadAgainAsync(session, over); break;
                case < 84: await session.PageAsync(random.NextInt64(1, (cursor ?? 0) + 100), random.Next(1, 101), over); break;
                case < 86: session.Pause(TimeSpan.FromMilliseconds(random.Next(50, 1500))); break;
                case < 90: await Task.Delay(random.Next(1, 50), over); break;
                case < 92: await session.DrainAsync(over); break;
                case < 93: session.SendAndCut(Outbox.New(random.Next(1, 33)), random.NextDouble()); return;
                case < 94: session.Cut(); return;
                default: await session.SendAsync(Outbox.New(1), over); break;
            }
        }
    }

    async Task ReadAgainAsync(ChatSession session, CancellationToken over)
    {
        if ((session.Cursor ?? 0) is var newest && newest == 0) return;
        var from = random.NextInt64(1, newest + 1);
        await session.PullAsync(from, Math.Min(newest, from + random.Next(200)), Source.Pull, over);
    }

    // In any order, and mixed with new messages.
    async Task RepeatUnknownAsync(ChatSession session, CancellationToken over)
    {
        var again = Outbox.Unknown.ToArray();
        if (random.Next(2) == 0) random.Shuffle(again);
        await session.SendAsync([.. again, .. Outbox.New(random.Next(0, 4))], over);
    }

    async Task SettleAsync(ChatSession session, Task<long> head, CancellationToken over)
    {
        await session.DrainAsync(over);
        await session.SendAsync(Outbox.Unknown, over);
        await session.DrainAsync(over);
        if (Outbox.IsSettled && missing.Count == 0) settled.TrySetResult();
        else await Task.Delay(100, over); // refused, or in the middle of a restart: try again on a new connection
        if (!Outbox.IsSettled) return;
        var to = await head.WaitAsync(over);
        while (session.Cursor < to) await Task.Delay(10, over);
    }
}
