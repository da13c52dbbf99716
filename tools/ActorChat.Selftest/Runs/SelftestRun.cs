using System.Diagnostics;
using System.Globalization;
using System.Net;
using ActorChat.Selftest.Checking;
using ActorChat.Selftest.Histories;
using ActorChat.Selftest.Processes;

namespace ActorChat.Selftest.Runs;

/// <summary>What a run came to.</summary>
/// <param name="Trouble">Why there is no verdict, where there is none.</param>
public sealed record SelftestResult(IReadOnlyList<Violation> Violations, History? History, int Kills, int Stops, int Freezes, TimeSpan LongestStart, string? Trouble)
{
    public bool Passed => Trouble is null && Violations.Count == 0;
}

/// <summary>Clients on one side, an enemy with SIGKILL and SIGTERM on the other, and one server or several between them that must not notice.</summary>
/// <param name="doors">Where the clients connect: the servers themselves, or something before them.</param>
/// <param name="trouble">What else is done to the servers from time to time.</param>
public sealed class SelftestRun(
    SelftestOptions options, IReadOnlyList<ServerChild> servers, IReadOnlyList<IPEndPoint> doors, Action<string> print, Func<CancellationToken, Task>? trouble = null)
{
    // For a machine that is busy with other things; on an idle one all of this takes a second.
    static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    // A machine that has not carried the load by then is not worth waiting for.
    static readonly TimeSpan LongestLoad = TimeSpan.FromMinutes(2);

    readonly Recorder recorder = new();
    readonly Stopwatch since = new();
    readonly FaultInjector enemy = new(servers, trouble, new Random(options.Seed));
    int told = 1;

    public SelftestRun(SelftestOptions options, ServerChild server, IPEndPoint door, Action<string> print) : this(options, [server], [door], print)
    {
    }

    /// <summary>What the server is started with: no limit that the load would only run into.</summary>
    /// <param name="postgres">The connection string of an empty database; null for a file in the folder.</param>
    public static IReadOnlyDictionary<string, string> Settings(string folder, string? postgres = null) => new Dictionary<string, string>
    {
        ["Storage__Provider"] = postgres is null ? "sqlite" : "postgres",
        ["Storage__ConnectionString"] = postgres ?? $"Data Source={Path.Combine(folder, "selftest.db")}",
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
            await Task.WhenAll(servers.Select(server => server.StartAsync(stop)));
            since.Start();
            return await RunStartedAsync(stop);
        }
        catch (ServerTroubleException e)
        {
            return Result([], null, $"{e.Message} Its last lines:\n  {string.Join("\n  ", servers.SelectMany(server => server.Log.TakeLast(10)))}");
        }
    }

    async Task<SelftestResult> RunStartedAsync(CancellationToken stop)
    {
        using var calm = new CancellationTokenSource();
        using var end = CancellationTokenSource.CreateLinkedTokenSource(stop);
        var head = new TaskCompletionSource<long>(TaskCreationOptions.RunContinuationsAsynchronously);
        var participants = Enumerable.Range(0, options.Clients)
            .Select(i => new Participant($"p{(i + 1).ToString("D3", CultureInfo.InvariantCulture)}", doors, recorder, unchecked(options.Seed * 7919 + i))).ToArray();
        var phases = new Phases(head.Task, calm.Token);
        var running = Task.WhenAll(participants.Select(p => Task.Run(() => p.RunAsync(phases, end.Token), CancellationToken.None)));
        try
        {
            await LoadAsync(stop);
            await enemy.HarassAsync(WatchAsync, stop);
            await calm.CancelAsync();
            print($"  the mischief is over; {recorder.Counts.Acknowledged} acknowledged so far, everybody settles");
            await WithinPatienceAsync(Task.WhenAll(participants.Select(p => p.Settled)), stop);
            var reader = new FreshReader(doors[0], recorder);
            var fresh = await LastReading.ReadAsync(() => reader.ReadQuietAsync(Patience / 2, stop), ComeToAsync, () => reader.HeadAsync(stop), Patience);
            var history = new History([.. participants.Select(p => p.History)], fresh);
            return Result([.. HistoryChecker.Check(history), .. Noise()], history, null);

            // The first time those are told who still listen; if there is a second one, they come back for it.
            async Task ComeToAsync(long last)
            {
                if (head.TrySetResult(last))
                {
                    await WithinPatienceAsync(running, stop);
                    await end.CancelAsync();
                    await running;
                    return;
                }
                using var over = CancellationTokenSource.CreateLinkedTokenSource(stop);
                var again = Task.WhenAll(participants.Select(p => p.RunAsync(new Phases(Task.FromResult(last), calm.Token), over.Token)));
                await WithinPatienceAsync(again, stop);
                await over.CancelAsync();
                await again;
            }
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
        new(violations, history, enemy.Kills, enemy.Stops, enemy.Freezes, servers.Max(server => server.LongestStart), trouble);

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

    // Nobody is killed yet: what spoils one message in ten thousand needs tens of thousands, and a server that only starts has not carried them.
    async Task LoadAsync(CancellationToken stop)
    {
        while (recorder.Counts.Acknowledged < options.Messages && since.Elapsed < LongestLoad) await TellAsync(stop);
        since.Restart();
        told = 1;
    }

    bool IsOver => since.Elapsed.TotalSeconds >= options.Seconds && enemy.Kills >= options.Kills;

    /// <returns>False when the time of the run is over.</returns>
    async Task<bool> WatchAsync(TimeSpan time, CancellationToken stop)
    {
        for (var until = since.Elapsed + time; since.Elapsed < until && !IsOver;) await TellAsync(stop, (until - since.Elapsed).TotalMilliseconds);
        return !IsOver;
    }

    // Waits a moment, and says every second how it goes.
    async Task TellAsync(CancellationToken stop, double milliseconds = 100)
    {
        await Task.Delay(Math.Clamp((int)milliseconds, 1, 100), stop);
        if (since.Elapsed.TotalSeconds < told) return;
        told = (int)since.Elapsed.TotalSeconds + 1;
        var (acknowledged, seen) = recorder.Counts;
        print(string.Create(CultureInfo.InvariantCulture, $"  {since.Elapsed.TotalSeconds,5:F1} s  {acknowledged,9:N0} acknowledged  {seen,11:N0} events seen  {enemy.Kills} kills  {enemy.Stops} stops"));
    }

    // A server that keeps its promises and complains meanwhile has a defect all the same.
    IEnumerable<Violation> Noise() => servers.SelectMany(server => server.Log)
        .Where(line => line.Contains(" fail: ", StringComparison.Ordinal) || line.Contains(" crit: ", StringComparison.Ordinal) || line.Contains("Unhandled exception", StringComparison.Ordinal))
        .Take(5).Select(line => new Violation("log", "the server complained", line));
}
