using System.Diagnostics;

namespace ActorChat.LoadTool.Servers;

/// <summary>CPU and memory of the servers, if their processes are known, and the CPU of this process.</summary>
sealed class ProcessUsage(IReadOnlyList<int> pids) : IDisposable
{
    readonly Process[] servers = [.. pids.Where(pid => pid > 0).Select(Process.GetProcessById)];
    readonly Process self = Process.GetCurrentProcess();

    public bool IsKnown => servers.Length > 0;

    public double ServerCpuSeconds => Sum(server => server.TotalProcessorTime.TotalSeconds);

    public double ServerMemoryKiB => Sum(server => server.WorkingSet64 / 1024.0);

    double Sum(Func<Process, double> value)
    {
        foreach (var server in servers) server.Refresh();
        return servers.Sum(value);
    }

    public double OwnCpuSeconds
    {
        get
        {
            self.Refresh();
            return self.TotalProcessorTime.TotalSeconds;
        }
    }

    public void Dispose()
    {
        foreach (var server in servers) server.Dispose();
        self.Dispose();
    }
}
