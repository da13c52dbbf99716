using System.Net;
using ActorChat.Selftest.Clients;
using ActorChat.Selftest.Histories;

namespace ActorChat.Selftest.Runs;

/// <param name="Head">Where everybody must come to in the end; it is known when everything else is done.</param>
/// <param name="Calm">Cancelled when the mischief is over.</param>
sealed record Phases(Task<long> Head, CancellationToken Calm);

/// <summary>
/// One client of the selftest with its habits: it talks in bursts, repeats itself, reads again, falls asleep, loses its line in the middle of a frame and
/// comes back from where it was or from further back. It keeps the protocol: whatever goes wrong is the server's doing.
/// </summary>
sealed class Participant(string name, IReadOnlyList<IPEndPoint> servers, Recorder recorder, int seed)
{
    // The most that a resume from an old cursor goes back: beyond 1000 a reset is due, and both are to be seen.
    const int FurthestBack = 1500;
    const int SmallReceiveBuffer = 4096;

    readonly Random choice = new(seed);
    readonly List<(long From, long To)> missing = [];
    readonly TaskCompletionSource settled = new(TaskCreationOptions.RunContinuationsAsynchronously);
    ClientRecorder record = new(recorder, name);
    Outbox? outbox;
    string? token, epoch;
    long? cursor;
    int connections, claims;

    Outbox Outbox => outbox ??= new Outbox(name, choice);

    /// <summary>Everything that it has said is answered, and nothing is left out of what it has read.</summary>
    public Task Settled => settled.Task;

    public ClientHistory History => record.ToHistory();

    /// <summary>Runs until it has come to the head that it is told at the end, or is stopped.</summary>
    public async Task RunAsync(Phases phases, CancellationToken stop)
    {
        while (!stop.IsCancellationRequested && !(phases.Head.IsCompletedSuccessfully && cursor >= await phases.Head))
        {
            try
            {
                await ConnectedAsync(phases, stop);
            }
            catch (Exception e) when (e is IOException or OperationCanceledException)
            {
                // The line went; or the server is down. It comes back below.
            }
            if (!stop.IsCancellationRequested) await Task.Delay(choice.Next(5, 100), CancellationToken.None);
        }
    }

    async Task ConnectedAsync(Phases phases, CancellationToken stop)
    {
        var calm = phases.Calm;
        var from = calm.IsCancellationRequested ? cursor : ChooseCursor();
        var arrival = token is null ? Claim() : new Arrival(null, token, epoch, from);
        var slow = !calm.IsCancellationRequested && choice.Next(5) == 0;
        await using var session = await ChatSession.OpenAsync(servers[choice.Next(servers.Count)], record, ++connections, arrival, Outbox.Settle, slow ? SmallReceiveBuffer : null, stop);
        token ??= session.Token;
        epoch = session.Epoch;
        if (cursor is { } read && session.Cursor > read && !(from <= read && session.WasSynced)) missing.Add((read + 1, session.Cursor.Value));
        cursor = Math.Max(cursor ?? 0, session.Cursor ?? 0);
        using var over = CancellationTokenSource.CreateLinkedTokenSource(session.Over, stop);
        try
        {
            await FillAsync(session, over.Token);
            if (!calm.IsCancellationRequested) await MisbehaveAsync(session, calm, over.Token);
            if (calm.IsCancellationRequested) await SettleAsync(session, phases.Head, over.Token);
        }
        finally
        {
            cursor = Math.Max(cursor ?? 0, session.Cursor ?? 0);
        }
    }

    // A name whose token got lost on the way is lost: somebody has it, and nobody knows who. It has said nothing yet.
    Arrival Claim()
    {
        record = new ClientRecorder(recorder, name);
        return new Arrival($"{name}.{++claims}");
    }

    long? ChooseCursor() => choice.Next(10) switch
    {
        0 => null,
        1 or 2 when cursor is { } at => Math.Max(0, at - choice.Next(FurthestBack)),
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

    async Task MisbehaveAsync(ChatSession session, CancellationToken calm, CancellationToken over)
    {
        await RepeatUnknownAsync(session, over);
        while (!calm.IsCancellationRequested && !over.IsCancellationRequested)
        {
            switch (choice.Next(100))
            {
                case < 60: await session.SendAsync(Outbox.New(choice.Next(1, 33)), over); break;
                case < 68: await session.SendAsync(Outbox.Settled(choice.Next(1, 9)), over); break;
                case < 73: await session.SendAsync([.. Outbox.New(choice.Next(1, 9)).SelectMany(d => new[] { d, d })], over); break;
                case < 75: await session.SendAsync([.. Outbox.Settled(1).Select(d => d with { Text = d.Text + " altered" })], over); break;
                case < 76: await session.SendAsync([Outbox.New("/AIBot python, asks ")], over); break;
                case < 81: await ReadAgainAsync(session, over); break;
                case < 84: await session.PageAsync(choice.NextInt64(1, (cursor ?? 0) + 100), choice.Next(1, 101), over); break;
                case < 86: session.Pause(TimeSpan.FromMilliseconds(choice.Next(50, 1500))); break;
                case < 90: await Task.Delay(choice.Next(1, 50), over); break;
                case < 92: await session.DrainAsync(over); break;
                case < 93: session.SendAndCut(Outbox.New(choice.Next(1, 33)), choice.NextDouble()); return;
                case < 94: session.Cut(); return;
                default: await session.SendAsync(Outbox.New(1), over); break;
            }
        }
    }

    async Task ReadAgainAsync(ChatSession session, CancellationToken over)
    {
        if ((session.Cursor ?? 0) is var newest && newest == 0) return;
        var from = choice.NextInt64(1, newest + 1);
        await session.PullAsync(from, Math.Min(newest, from + choice.Next(200)), Source.Pull, over);
    }

    // In whatever order, and mixed with what is new.
    async Task RepeatUnknownAsync(ChatSession session, CancellationToken over)
    {
        var again = Outbox.Unknown.ToArray();
        if (choice.Next(2) == 0) choice.Shuffle(again);
        await session.SendAsync([.. again, .. Outbox.New(choice.Next(0, 4))], over);
    }

    async Task SettleAsync(ChatSession session, Task<long> head, CancellationToken over)
    {
        await session.DrainAsync(over);
        await session.SendAsync(Outbox.Unknown, over);
        await session.DrainAsync(over);
        if (Outbox.IsSettled && missing.Count == 0) settled.TrySetResult();
        else await Task.Delay(100, over); // refused for now, or in the middle of a restart: again, on a line of its own
        if (!Outbox.IsSettled) return;
        var to = await head.WaitAsync(over);
        while (session.Cursor < to) await Task.Delay(10, over);
    }
}
