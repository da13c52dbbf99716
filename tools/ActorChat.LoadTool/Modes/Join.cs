using System.Diagnostics;
using ActorChat.LoadTool.Clients;
using ActorChat.LoadTool.Servers;

namespace ActorChat.LoadTool.Modes;

/// <summary>Writes a history, then lets many clients join at once. Both servers send a joining client the newest 50 messages.</summary>
sealed class Join(LoadOptions options, LoadClients clients, ProcessUsage usage)
{
    static readonly TimeSpan FeedTimeout = TimeSpan.FromMinutes(2);

    public async Task<LoadReport> RunAsync()
    {
        await FeedAsync();
        Console.WriteLine($"  {clients.Protocol.Name}: {options.History:N0} messages are stored; {options.Clients} clients join at once");
        var (cpu, bytes, since) = (usage.ServerCpuSeconds, clients.All.Sum(m => m.BytesIn), Stopwatch.StartNew());
        var times = await clients.JoinAsync(options.Clients, atOnce: true);
        var seconds = since.Elapsed.TotalSeconds;

        var report = new LoadReport();
        report.Add("joined", clients.All.Count(m => !m.IsDisconnected) - 1);
        report.Add("seconds", seconds);
        report.Add("p50 ms", times.At(0.5));
        report.Add("p99 ms", times.At(0.99));
        report.Add("max ms", times.Max / 1e6);
        report.Add("bytes/join", (double)(clients.All.Sum(m => m.BytesIn) - bytes) / options.Clients);
        if (usage.IsKnown) report.Add("CPU ms/join", (usage.ServerCpuSeconds - cpu) * 1000 / options.Clients);
        if (usage.IsKnown) report.Add("memory MiB", usage.ServerMemoryKiB / 1024);
        return report;
    }

    // One client sends the whole history, with at most 100 messages under way.
    async Task FeedAsync()
    {
        await clients.JoinAsync(1);
        var feeder = clients.All[0];
        feeder.Slot = 0;
        feeder.Expect(1);
        var since = Stopwatch.StartNew();
        while (feeder.Received < options.History)
        {
            if (since.Elapsed > FeedTimeout || feeder.IsDisconnected)
                throw new LoadException($"The history could not be written: {feeder.Received} of {options.History} messages were delivered.");
            if (feeder.SentCount < options.History && feeder.SentCount - feeder.Received < 100)
                feeder.Send(Stopwatch.GetTimestamp(), options.Size);
            else await Task.Delay(1);
        }
        feeder.Expect(0); // joining clients get some of it, which is not a delivery
    }
}
