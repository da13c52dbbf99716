using System.Diagnostics;

namespace ActorChat.LoadTool.Servers;

/// <summary>CPU and memory of a server, where its process is known, and the CPU of this one.</summary>
sealed class ProcessUsage(int pid) : IDisposable
{
    readonly Process? server = pid > 0 ? Process.GetProcessById(pid) : null;
    readonly Process self = Process.GetCurrentProcess();

    public bool IsKnown => server is not null;

    public double ServerCpuSeconds
    {
        get
        {
            server?.Refresh();
            return server?.TotalProcessorTime.TotalSeconds ?? 0;
        }
    }

    public double ServerMemoryKiB
    {
        get
        {
            server?.Refresh();
            return (server?.WorkingSet64 ?? 0) / 1024.0;
        }
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
        server?.Dispose();
        self.Dispose();
    }
}
