using System.Diagnostics;
using ActorChat.LoadTool.Clients;
using ActorChat.LoadTool.Servers;

namespace ActorChat.LoadTool.Modes;

/// <summary>
/// Clients of one conversation, some of which send. In a closed loop each sender has a fixed number of messages under way, and sends the
/// next one when it receives its own. In an open loop messages have the time at which they were due, so a server cannot hide that it
/// stalled.
/// </summary>
sealed class Fanout(LoadOptions options, LoadClients clients, ProcessUsage usage)
{
    LoadClient[] senders = [];

    public async Task<LoadReport> RunAsync()
    {
        var since = Stopwatch.StartNew();
        await clients.JoinAsync(options.Clients, client => client.IsStalled = client.Id >= options.Clients - options.Stalled);
        Console.WriteLine($"{clients.Protocol.Name}: {options.Clients} joined in {since.Elapsed.TotalSeconds:F1} s");
        ChooseSenders();
        using var ending = new CancellationTokenSource();
        var sending = SendAsync(ending.Token);
        await ProgressAsync(options.Warmup, measured: false);

        var (cpu, own, bytes, memory) = (usage.ServerCpuSeconds, usage.OwnCpuSeconds, BytesIn(), usage.ServerMemoryKiB);
        var sent = senders.Sum(s => s.SentCount);
        since.Restart();
        clients.IsMeasuring = true;
        await ProgressAsync(options.Seconds, measured: true);
        clients.IsMeasuring = false;
        var seconds = since.Elapsed.TotalSeconds;
        (cpu, own, bytes, sent) = (usage.ServerCpuSeconds - cpu, usage.OwnCpuSeconds - own, BytesIn() - bytes,
            senders.Sum(s => s.SentCount) - sent);

        clients.IsClosedLoop = false;
        await ending.CancelAsync();
        await sending;
        await DrainAsync();
        return Report(seconds, cpu, own, bytes, sent, memory);
    }

    long BytesIn() => clients.All.Sum(m => m.BytesIn);

    long Lost() => clients.All.Where(m => !m.IsStalled).Sum(m => m.Lost(senders));

    void ChooseSenders()
    {
        var reading = clients.All.Where(m => !m.IsStalled).ToArray();
        var count = Math.Min(options.Senders, reading.Length);
        senders = [.. Enumerable.Range(0, count).Select(i => reading[(int)((long)i * reading.Length / count)])];
        for (var i = 0; i < count; i++) senders[i].Slot = i;
        foreach (var client in clients.All) client.Expect(count);
        (clients.Senders, clients.Size) = (senders, options.Size);
    }

    async Task SendAsync(CancellationToken end)
    {
        if (options.Rate == 0)
        {
            clients.IsClosedLoop = true;
            foreach (var sender in senders)
                for (var i = 0; i < options.Window; i++)
                    sender.Send(Stopwatch.GetTimestamp(), options.Size);
            return;
        }
        var (start, step) = (Stopwatch.GetTimestamp(), Stopwatch.Frequency / (double)options.Rate);
        for (var issued = 0L; !end.IsCancellationRequested;)
        {
            for (var now = Stopwatch.GetTimestamp(); start + issued * step is var due && due <= now; issued++)
                if (senders[issued % senders.Length] is { IsDisconnected: false } sender)
                    sender.Send((long)due, options.Size);
            await Task.Delay(1, CancellationToken.None);
        }
    }

    async Task ProgressAsync(int seconds, bool measured)
    {
        for (var i = 0; i < seconds; i++)
        {
            await Task.Delay(1000);
            Console.WriteLine($"  {clients.Protocol.Name} {(measured ? "measuring" : "warming up")} {i + 1}/{seconds} s: {senders.Sum(s => s.SentCount):N0} sent, {clients.All.Sum(m => m.Received):N0} delivered, {clients.All.Count(m => m.IsDisconnected)} disconnected");
        }
    }

    // Waits until nothing is missing or nothing arrives any more.
    async Task DrainAsync()
    {
        var (quiet, got) = (Stopwatch.StartNew(), 0L);
        while (Lost() > 0 && quiet.Elapsed.TotalSeconds < options.Drain)
        {
            await Task.Delay(50);
            if (clients.All.Sum(m => m.Received) is var now && now == got) continue;
            got = now;
            quiet.Restart();
        }
    }

    LoadReport Report(double seconds, double cpu, double own, long bytes, long sent, double memory)
    {
        var reading = clients.All.Where(m => !m.IsStalled).ToArray();
        var (delivered, latency) = (reading.Sum(m => m.ReceivedMeasured), new Histogram());
        foreach (var client in reading) latency.Add(client.Latency);
        var report = new LoadReport();
        report.Add("messages/s", sent / seconds);
        report.Add("deliveries/s", delivered / seconds);
        if (usage.IsKnown) report.Add("deliveries/server-CPU-s", cpu > 0 ? delivered / cpu : 0);
        if (usage.IsKnown) report.Add("server CPU", cpu / seconds);
        report.Add("generator CPU", own / seconds);
        report.Add("p50 ms", latency.At(0.5));
        report.Add("p90 ms", latency.At(0.9));
        report.Add("p99 ms", latency.At(0.99));
        report.Add("p99.9 ms", latency.At(0.999));
        report.Add("max ms", latency.Max / 1e6);
        if (clients.HasSeveralNodes)
        {
            var elsewhere = new Histogram();
            foreach (var client in reading) elsewhere.Add(client.LatencyAcrossNodes);
            report.Add("p50 ms from another node", elsewhere.At(0.5));
            report.Add("p99 ms from another node", elsewhere.At(0.99));
        }
        report.Add("lost", Lost());
        report.Add("duplicated", reading.Sum(m => m.Duplicates));
        report.Add("reordered", reading.Sum(m => m.Reordered));
        report.Add("orders seen", reading.Where(m => !m.IsDisconnected).Select(m => m.Order).Distinct().Count());
        report.Add("disconnected", reading.Count(m => m.IsDisconnected));
        report.Add("bytes/delivery", delivered > 0 ? (double)bytes / delivered : 0);
        if (usage.IsKnown) report.Add("memory MiB before", memory / 1024);
        if (usage.IsKnown) report.Add("memory MiB after", usage.ServerMemoryKiB / 1024);
        return report;
    }
}
