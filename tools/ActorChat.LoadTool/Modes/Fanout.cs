using System.Diagnostics;
using ActorChat.LoadTool.Members;
using ActorChat.LoadTool.Servers;

namespace ActorChat.LoadTool.Modes;

/// <summary>
/// Members of one conversation, some of whom talk. Closed loop: each sender has so many messages under way, and says the next one when it gets its own.
/// Open loop: lines are stamped with the time at which they were due, so a server that stalls cannot hide it.
/// </summary>
sealed class Fanout(LoadOptions options, Crowd crowd, ProcessUsage usage)
{
    Member[] senders = [];

    public async Task<LoadReport> RunAsync()
    {
        var since = Stopwatch.StartNew();
        await crowd.JoinAsync(options.Clients, member => member.Stalls = member.Id >= options.Clients - options.Stalled);
        Console.WriteLine($"{crowd.Dialect.Name}: {options.Clients} joined in {since.Elapsed.TotalSeconds:F1} s");
        ChooseSenders();
        using var ending = new CancellationTokenSource();
        var sending = SendAsync(ending.Token);
        await ProgressAsync(options.Warmup, measured: false);

        var (cpu, own, bytes, memory) = (usage.ServerCpuSeconds, usage.OwnCpuSeconds, BytesIn(), usage.ServerMemoryKiB);
        var said = senders.Sum(s => s.Said);
        since.Restart();
        crowd.IsMeasuring = true;
        await ProgressAsync(options.Seconds, measured: true);
        crowd.IsMeasuring = false;
        var seconds = since.Elapsed.TotalSeconds;
        (cpu, own, bytes, said) = (usage.ServerCpuSeconds - cpu, usage.OwnCpuSeconds - own, BytesIn() - bytes, senders.Sum(s => s.Said) - said);

        crowd.IsClosedLoop = false;
        await ending.CancelAsync();
        await sending;
        await DrainAsync();
        return Report(seconds, cpu, own, bytes, said, memory);
    }

    long BytesIn() => crowd.Members.Sum(m => m.BytesIn);

    long Lost() => crowd.Members.Where(m => !m.Stalls).Sum(m => m.Lost(senders));

    void ChooseSenders()
    {
        var reading = crowd.Members.Where(m => !m.Stalls).ToArray();
        var count = Math.Min(options.Senders, reading.Length);
        senders = [.. Enumerable.Range(0, count).Select(i => reading[(int)((long)i * reading.Length / count)])];
        for (var i = 0; i < count; i++) senders[i].Slot = i;
        foreach (var member in crowd.Members) member.Expect(count);
        (crowd.Senders, crowd.Size) = (senders, options.Size);
    }

    async Task SendAsync(CancellationToken end)
    {
        if (options.Rate == 0)
        {
            crowd.IsClosedLoop = true;
            foreach (var sender in senders)
                for (var i = 0; i < options.Window; i++)
                    sender.Say(Stopwatch.GetTimestamp(), options.Size);
            return;
        }
        var (start, step) = (Stopwatch.GetTimestamp(), Stopwatch.Frequency / (double)options.Rate);
        for (var issued = 0L; !end.IsCancellationRequested;)
        {
            for (var now = Stopwatch.GetTimestamp(); start + issued * step is var due && due <= now; issued++)
                if (senders[issued % senders.Length] is { IsGone: false } sender)
                    sender.Say((long)due, options.Size);
            await Task.Delay(1, CancellationToken.None);
        }
    }

    async Task ProgressAsync(int seconds, bool measured)
    {
        for (var i = 0; i < seconds; i++)
        {
            await Task.Delay(1000);
            Console.WriteLine($"  {crowd.Dialect.Name} {(measured ? "measuring" : "warming up")} {i + 1}/{seconds} s: {senders.Sum(s => s.Said):N0} said, {crowd.Members.Sum(m => m.Got):N0} delivered, {crowd.Members.Count(m => m.IsGone)} gone");
        }
    }

    // Until nothing is missing, or nothing comes any more.
    async Task DrainAsync()
    {
        var (quiet, got) = (Stopwatch.StartNew(), 0L);
        while (Lost() > 0 && quiet.Elapsed.TotalSeconds < options.Drain)
        {
            await Task.Delay(50);
            if (crowd.Members.Sum(m => m.Got) is var now && now == got) continue;
            got = now;
            quiet.Restart();
        }
    }

    LoadReport Report(double seconds, double cpu, double own, long bytes, long said, double memory)
    {
        var reading = crowd.Members.Where(m => !m.Stalls).ToArray();
        var (delivered, latency) = (reading.Sum(m => m.GotMeasured), new Histogram());
        foreach (var member in reading) latency.Add(member.Latency);
        var report = new LoadReport();
        report.Add("messages/s", said / seconds);
        report.Add("deliveries/s", delivered / seconds);
        if (usage.IsKnown) report.Add("deliveries/server-CPU-s", cpu > 0 ? delivered / cpu : 0);
        if (usage.IsKnown) report.Add("server CPU", cpu / seconds);
        report.Add("generator CPU", own / seconds);
        report.Add("p50 ms", latency.At(0.5));
        report.Add("p90 ms", latency.At(0.9));
        report.Add("p99 ms", latency.At(0.99));
        report.Add("p99.9 ms", latency.At(0.999));
        report.Add("max ms", latency.Max / 1e6);
        if (crowd.HasSeveralNodes)
        {
            var elsewhere = new Histogram();
            foreach (var member in reading) elsewhere.Add(member.LatencyFromElsewhere);
            report.Add("p50 ms from another node", elsewhere.At(0.5));
            report.Add("p99 ms from another node", elsewhere.At(0.99));
        }
        report.Add("lost", Lost());
        report.Add("doubled", reading.Sum(m => m.Doubled));
        report.Add("reordered", reading.Sum(m => m.Reordered));
        report.Add("orders seen", reading.Where(m => !m.IsGone).Select(m => m.Order).Distinct().Count());
        report.Add("cut off", reading.Count(m => m.IsGone));
        report.Add("bytes/delivery", delivered > 0 ? (double)bytes / delivered : 0);
        if (usage.IsKnown) report.Add("memory MiB before", memory / 1024);
        if (usage.IsKnown) report.Add("memory MiB after", usage.ServerMemoryKiB / 1024);
        return report;
    }
}
