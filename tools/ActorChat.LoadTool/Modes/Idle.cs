using System.Diagnostics;
using ActorChat.LoadTool.Members;
using ActorChat.LoadTool.Servers;

namespace ActorChat.LoadTool.Modes;

/// <summary>Connections that are open and silent.</summary>
sealed class Idle(LoadOptions options, Crowd crowd, ProcessUsage usage)
{
    // What the first ones cost is the program's, not theirs.
    const int First = 20;

    public async Task<LoadReport> RunAsync()
    {
        await crowd.JoinAsync(First);
        await Task.Delay(TimeSpan.FromSeconds(1));
        var (cpu, memory, since) = (usage.ServerCpuSeconds, usage.ServerMemoryKiB, Stopwatch.StartNew());
        var times = await crowd.JoinAsync(options.Clients);
        var joined = since.Elapsed.TotalSeconds;
        var joinCpu = usage.ServerCpuSeconds - cpu;
        Console.WriteLine($"  {crowd.Dialect.Name}: {options.Clients} joined in {joined:F1} s; silence for {options.Seconds} s");
        cpu = usage.ServerCpuSeconds;
        await Task.Delay(TimeSpan.FromSeconds(options.Seconds));

        var report = new LoadReport();
        report.Add("connections", crowd.Members.Count(m => !m.IsGone));
        report.Add("joins/s", options.Clients / joined);
        report.Add("join p50 ms", times.At(0.5));
        report.Add("join p99 ms", times.At(0.99));
        if (!usage.IsKnown) return report;
        report.Add("CPU ms/join", joinCpu * 1000 / options.Clients);
        report.Add("KiB/connection", (usage.ServerMemoryKiB - memory) / options.Clients);
        report.Add("idle server CPU", (usage.ServerCpuSeconds - cpu) / options.Seconds);
        report.Add("memory MiB", usage.ServerMemoryKiB / 1024);
        return report;
    }
}
