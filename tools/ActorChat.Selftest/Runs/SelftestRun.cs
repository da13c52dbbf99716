using System.Diagnostics;
using System.Globalization;
using System.Net;
using ActorChat.Selftest.Checking;
using ActorChat.Selftest.Histories;
using ActorChat.Selftest.Processes;

namespace ActorChat.Selftest.Runs;

/// <summary>The outcome of a run.</summary>
/// <param name="Failure">Why there is no verdict; null if there is one.</param>
sealed record SelftestResult(IReadOnlyList<Violation> Violations, History? History, int Kills, int Stops, int Freezes,
    TimeSpan LongestStart, string? Failure)
{
    public bool Passed => Failure is null && Violations.Count == 0;
}

/// <summary>
/// Lets clients use the servers while a fault injector kills, stops and freezes these, then checks what the clients recorded.
/// </summary>
/// <param name="endpoints">Where the clients connect: the servers or a proxy in front of them.</param>
/// <param name="extraFault">A further fault, injected from time to time.</param>
sealed class SelftestRun(
    SelftestOptions options, IReadOnlyList<ServerChild> servers, IReadOnlyList<IPEndPoint> endpoints, Action<string> print,
    Func<CancellationToken, Task>? extraFault = null)
{
    // For a busy machine. On an idle one all of this takes a second.
    static readonly TimeSpan SettleTimeout = TimeSpan.FromSeconds(60);

    // On a slower machine the run goes on with fewer messages.
    static readonly TimeSpan LongestLoad = TimeSpan.FromMinutes(2);

    readonly Recorder recorder = new();
    readonly Stopwatch since = new();
    readonly FaultInjector faultInjector = new(servers, extraFault, new Random(options.Seed));
    int reported = 1;

    public SelftestRun(SelftestOptions options, ServerChild server, IPEndPoint proxy, Action<string> print)
        : this(options, [server], [proxy], print)
    {
    }

    /// <summary>The settings of the servers, without the limits that the load would exceed.</summary>
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
        catch (ServerFailedException e)
        {
            return Result([], null,
                $"{e.Message} Its last lines:\n  {string.Join("\n  ", servers.SelectMany(server => server.Log.TakeLast(10)))}");
        }
    }

    async Task<SelftestResult> RunStartedAsync(CancellationToken stop)
    {
        using var faultsOver = new CancellationTokenSource();
        using var end = CancellationTokenSource.CreateLinkedTokenSource(stop);
        var head = new TaskCompletionSource<long>(TaskCreationOptions.RunContinuationsAsynchronously);
        var participants = Enumerable.Range(0, options.Clients)
            .Select(i => new Participant($"p{(i + 1).ToString("D3", CultureInfo.InvariantCulture)}", endpoints, recorder,
                unchecked(options.Seed * 7919 + i))).ToArray();
        var phases = new Phases(head.Task, faultsOver.Token);
        var running = Task.WhenAll(participants.Select(p => Task.Run(() => p.RunAsync(phases, end.Token), CancellationToken.None)));
        try
        {
            await LoadAsync(stop);
            await faultInjector.InjectAsync(WaitAsync, stop);
            await faultsOver.CancelAsync();
            print($"  no more faults; {recorder.Counts.Acknowledged} messages acknowledged so far, the clients finish");
            await WaitAtMostAsync(Task.WhenAll(participants.Select(p => p.Settled)), stop);
            var reader = new FreshReader(endpoints[0], recorder);
            var fresh = await LastReading.ReadAsync(
                () => reader.ReadUntilQuietAsync(SettleTimeout / 2, stop), CatchUpAsync, () => reader.HeadAsync(stop), SettleTimeout);
            var history = new History([.. participants.Select(p => p.History)], fresh);
            return Result([.. HistoryChecker.Check(history), .. LoggedErrors()], history, null);

            // The first time the clients are still connected. If there is a second time, they reconnect for it.
            async Task CatchUpAsync(long last)
            {
                if (head.TrySetResult(last))
                {
                    await WaitAtMostAsync(running, stop);
                    await end.CancelAsync();
                    await running;
                    return;
                }
                using var over = CancellationTokenSource.CreateLinkedTokenSource(stop);
                var again = Task.WhenAll(participants
                    .Select(p => p.RunAsync(new Phases(Task.FromResult(last), faultsOver.Token), over.Token)));
                await WaitAtMostAsync(again, stop);
                await over.CancelAsync();
                await again;
            }
        }
        finally
        {
            await faultsOver.CancelAsync();
            await end.CancelAsync();
            head.TrySetCanceled(CancellationToken.None);
            await running;
        }
    }

    SelftestResult Result(IReadOnlyList<Violation> violations, History? history, string? failure) =>
        new(violations, history, faultInjector.Kills, faultInjector.Stops, faultInjector.Freezes,
            servers.Max(server => server.LongestStart), failure);

    // A client that does not finish is reported by the rules: it lacks an answer or events.
    static async Task WaitAtMostAsync(Task what, CancellationToken stop)
    {
        try
        {
            await what.WaitAsync(SettleTimeout, stop);
        }
        catch (TimeoutException)
        {
            return;
        }
    }

    // Without faults: a defect that affects one message in ten thousand needs tens of thousands of messages to show.
    async Task LoadAsync(CancellationToken stop)
    {
        while (recorder.Counts.Acknowledged < options.Messages && since.Elapsed < LongestLoad) await WaitAndReportAsync(stop);
        since.Restart();
        reported = 1;
    }

    bool IsOver => since.Elapsed.TotalSeconds >= options.Seconds && faultInjector.Kills >= options.Kills;

    /// <returns>False when the run is over.</returns>
    async Task<bool> WaitAsync(TimeSpan time, CancellationToken stop)
    {
        for (var until = since.Elapsed + time; since.Elapsed < until && !IsOver;)
            await WaitAndReportAsync(stop, (until - since.Elapsed).TotalMilliseconds);
        return !IsOver;
    }

    // Waits a moment, and prints the progress every second.
    async Task WaitAndReportAsync(CancellationToken stop, double milliseconds = 100)
    {
        await Task.Delay(Math.Clamp((int)milliseconds, 1, 100), stop);
        if (since.Elapsed.TotalSeconds < reported) return;
        reported = (int)since.Elapsed.TotalSeconds + 1;
        var (acknowledged, seen) = recorder.Counts;
        print(string.Create(CultureInfo.InvariantCulture,
            $"  {since.Elapsed.TotalSeconds,5:F1} s  {acknowledged,9:N0} acknowledged  {seen,11:N0} events seen  {faultInjector.Kills} kills  {faultInjector.Stops} stops"));
    }

    // An error in the log is a defect even if no promise is broken.
    IEnumerable<Violation> LoggedErrors() => servers.SelectMany(server => server.Log)
        .Where(line => line.Contains(" fail: ", StringComparison.Ordinal) || line.Contains(" crit: ", StringComparison.Ordinal)
            || line.Contains("Unhandled exception", StringComparison.Ordinal))
        .Take(5).Select(line => new Violation("log", "the server logged an error", line));
}
