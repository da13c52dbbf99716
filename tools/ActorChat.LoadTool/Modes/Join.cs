using System.Diagnostics;
using ActorChat.LoadTool.Members;
using ActorChat.LoadTool.Servers;

namespace ActorChat.LoadTool.Modes;

/// <summary>A history is written, then many come at once. Both servers give who joins the newest 50 messages.</summary>
sealed class Join(LoadOptions options, Crowd crowd, ProcessUsage usage)
{
    static readonly TimeSpan FeedTimeout = TimeSpan.FromMinutes(2);

    public async Task<LoadReport> RunAsync()
    {
        await FeedAsync();
        Console.WriteLine($"  {crowd.Dialect.Name}: {options.History:N0} messages are there; {options.Clients} join at once");
        var (cpu, bytes, since) = (usage.ServerCpuSeconds, crowd.Members.Sum(m => m.BytesIn), Stopwatch.StartNew());
        var times = await crowd.JoinAsync(options.Clients, atOnce: true);
        var seconds = since.Elapsed.TotalSeconds;

        var report = new LoadReport();
        report.Add("joined", crowd.Members.Count(m => !m.IsGone) - 1);
        report.Add("seconds", seconds);
        report.Add("p50 ms", times.At(0.5));
        report.Add("p99 ms", times.At(0.99));
        report.Add("max ms", times.Max / 1e6);
        report.Add("bytes/join", (double)(crowd.Members.Sum(m => m.BytesIn) - bytes) / options.Clients);
        if (usage.IsKnown) report.Add("CPU ms/join", (usage.ServerCpuSeconds - cpu) * 1000 / options.Clients);
        if (usage.IsKnown) report.Add("memory MiB", usage.ServerMemoryKiB / 1024);
        return report;
    }

    // One member says it all, some under way at a time.
    async Task FeedAsync()
    {
        await crowd.JoinAsync(1);
        var feeder = crowd.Members[0];
        feeder.Slot = 0;
        feeder.Expect(1);
        var since = Stopwatch.StartNew();
        while (feeder.Got < options.History)
        {
            if (since.Elapsed > FeedTimeout || feeder.IsGone) throw new LoadException($"The history could not be written: {feeder.Got} of {options.History} came back.");
            if (feeder.Said < options.History && feeder.Said - feeder.Got < 100) feeder.Say(Stopwatch.GetTimestamp(), options.Size);
            else await Task.Delay(1);
        }
        feeder.Expect(0); // what joiners get of it is no delivery
    }
}
