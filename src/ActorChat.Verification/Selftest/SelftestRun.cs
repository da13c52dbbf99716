using System.Diagnostics;
using System.Globalization;
using System.Net;
using ActorChat.Verification.Checking;
using ActorChat.Verification.Histories;
using ActorChat.Verification.Processes;

namespace ActorChat.Verification.Selftest;

/// <summary>What a run came to.</summary>
/// <param name="Trouble">Why there is no verdict, where there is none.</param>
public sealed record SelftestResult(IReadOnlyList<Violation> Violations, History? History, int Kills, int Stops, TimeSpan LongestStart, string? Trouble)
{
    public bool Passed => Trouble is null && Violations.Count == 0;
}

/// <summary>Clients on one side, an enemy with SIGKILL and SIGTERM on the other, and a server between them that must not notice.</summary>
/// <param name="door">Where the clients connect: the server itself, or something before it.</param>
public sealed class SelftestRun(SelftestOptions options, ServerChild server, IPEndPoint door, Action<string> print)
{
    // For a machine that is busy with other things; on an idle one all of this takes a second.
    static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    // A machine that has not carried the load by then is not worth waiting for.
    static readonly TimeSpan LongestLoad = TimeSpan.FromMinutes(2);

    readonly Recorder recorder = new();
    readonly Random choice = new(options.Seed);
    readonly Stopwatch since = new();
    int kills, stops, told = 1;

    /// <summary>What the server is started with: no limit that the load would only run into.</summary>
    public static IReadOnlyDictionary<string, string> Settings(string folder) => new Dictionary<string, string>
    {
        ["Storage__ConnectionString"] = $"Data Source={Path.Combine(folder, "selftest.db")}",
        ["Limits__MessagesPerSecond"] = "0",
        ["Limits__ConnectionsPerAddress"] = "0",
        ["Limits__ConnectionsPerUser"] = "0",
        ["Ai__MockDelayMs"] = "2",
        ["Logging__LogLevel__Default"] = "Warning",
    };

    public async Task<SelftestResult> RunAsync(CancellationToken stop)
    {
        try
        {
            await server.StartAsync(stop);
            since.Start();
            return await RunStartedAsync(stop);
        }
        catch (ServerTroubleException e)
        {
            return Result([], null, $"{e.Message} Its last lines:\n  {string.Join("\n  ", server.Log.TakeLast(10))}");
        }
    }

    async Task<SelftestResult> RunStartedAsync(CancellationToken stop)
    {
        using var calm = new CancellationTokenSource();
        using var end = CancellationTokenSource.CreateLinkedTokenSource(stop);
        var head = new TaskCompletionSource<long>(TaskCreationOptions.RunContinuationsAsynchronously);
        var participants = Enumerable.Range(0, options.Clients)
            .Select(i => new Participant($"p{(i + 1).ToString("D3", CultureInfo.InvariantCulture)}", door, recorder, unchecked(options.Seed * 7919 + i))).ToArray();
        var phases = new Phases(head.Task, calm.Token);
        var running = Task.WhenAll(participants.Select(p => Task.Run(() => p.RunAsync(phases, end.Token), CancellationToken.None)));
        try
        {
            await LoadAsync(stop);
            await HarassAsync(stop);
            await calm.CancelAsync();
            print($"  the mischief is over; {recorder.Counts.Acknowledged} acknowledged so far, everybody settles");
            await WithinPatienceAsync(Task.WhenAll(participants.Select(p => p.Settled)), stop);
            var fresh = await ReadAsync(stop);
            head.SetResult(fresh.Head);
            await WithinPatienceAsync(running, stop);
            await end.CancelAsync();
            await running;
            var history = new History([.. participants.Select(p => p.History)], fresh);
            return Result([.. HistoryChecker.Check(history), .. Noise()], history, null);
        }
        finally
        {
            await calm.CancelAsync();
            await end.CancelAsync();
            head.TrySetCanceled(CancellationToken.None);
            await running;
        }
    }

    SelftestResult Result(IReadOnlyList<Violation> violations, History? history, string? trouble) =>
        new(violations, history, kills, stops, server.LongestStart, trouble);

    // Whoever does not come to an end is found by the rules: there is no answer, or it is behind.
    static async Task WithinPatienceAsync(Task what, CancellationToken stop)
    {
        try
        {
            await what.WaitAsync(Patience, stop);
        }
        catch (TimeoutException)
        {
            return;
        }
    }

    async Task<FreshReading> ReadAsync(CancellationToken stop)
    {
        try
        {
            return await FreshReader.ReadQuietAsync(door, recorder, Patience / 2, stop);
        }
        catch (IOException e)
        {
            throw new ServerTroubleException($"A fresh client could not read the log: {e.Message}");
        }
    }

    // Nobody is killed yet: what spoils one message in ten thousand needs tens of thousands, and a server that only starts has not carried them.
    async Task LoadAsync(CancellationToken stop)
    {
        while (recorder.Counts.Acknowledged < options.Messages && since.Elapsed < LongestLoad) await TellAsync(stop);
        since.Restart();
        told = 1;
    }

    bool IsOver => since.Elapsed.TotalSeconds >= options.Seconds && kills >= options.Kills;

    // In a short run, too, there is a kill, a stop, and a kill while starting.
    async Task HarassAsync(CancellationToken stop)
    {
        for (var i = 0; ; i++)
        {
            var quiet = TimeSpan.FromMilliseconds(choice.Next(200, 1800));
            await WatchAsync(quiet, stop);
            if (IsOver) return;
            if (i == 1 || (i > 2 && choice.Next(4) == 0))
            {
                stops++;
                await server.StopAsync();
            }
            else
            {
                await KillAsync();
            }
            while (i == 2 || (i > 3 && choice.Next(4) == 0))
            {
                server.Launch();
                await Task.Delay(choice.Next(20, 700), stop); // somewhere in its start
                await KillAsync();
                if (i == 2) break;
            }
            await server.StartAsync(stop);
        }
    }

    async Task KillAsync()
    {
        kills++;
        await server.KillAsync();
    }

    async Task WatchAsync(TimeSpan time, CancellationToken stop)
    {
        for (var until = since.Elapsed + time; since.Elapsed < until && !IsOver;) await TellAsync(stop, (until - since.Elapsed).TotalMilliseconds);
    }

    // Waits a moment, and says every second how it goes.
    async Task TellAsync(CancellationToken stop, double milliseconds = 100)
    {
        await Task.Delay(Math.Clamp((int)milliseconds, 1, 100), stop);
        if (since.Elapsed.TotalSeconds < told) return;
        told = (int)since.Elapsed.TotalSeconds + 1;
        var (acknowledged, seen) = recorder.Counts;
        print(string.Create(CultureInfo.InvariantCulture, $"  {since.Elapsed.TotalSeconds,5:F1} s  {acknowledged,9:N0} acknowledged  {seen,11:N0} events seen  {kills} kills  {stops} stops"));
    }

    // A server that keeps its promises and complains meanwhile has a defect all the same.
    IEnumerable<Violation> Noise() => server.Log
        .Where(line => line.Contains(" fail: ", StringComparison.Ordinal) || line.Contains(" crit: ", StringComparison.Ordinal) || line.Contains("Unhandled exception", StringComparison.Ordinal))
        .Take(5).Select(line => new Violation("log", "the server complained", line));
}
