using System.Diagnostics;
using ActorChat.LoadTool.Clients;
using ActorChat.LoadTool.Servers;

namespace ActorChat.LoadTool.Modes;

/// <summary>Open and silent connections.</summary>
sealed class Idle(LoadOptions options, LoadClients clients, ProcessUsage usage)
{
    // The first connections make the server load and compile code, so they are not measured.
    const int First = 20;

    public async Task<LoadReport> RunAsync()
    {
        await clients.JoinAsync(First);
        await Task.Delay(TimeSpan.FromSeconds(1));
        var (cpu, memory, since) = (usage.ServerCpuSeconds, usage.ServerMemoryKiB, Stopwatch.StartNew());
        var times = await clients.JoinAsync(options.Clients);
        var joined = since.Elapsed.TotalSeconds;
        var joinCpu = usage.ServerCpuSeconds - cpu;
        Console.WriteLine($"  {clients.Protocol.Name}: {options.Clients} joined in {joined:F1} s; silence for {options.Seconds} s");
        cpu = usage.ServerCpuSeconds;
        await Task.Delay(TimeSpan.FromSeconds(options.Seconds));

        var report = new LoadReport();
        report.Add("connections", clients.All.Count(m => !m.IsDisconnected));
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
