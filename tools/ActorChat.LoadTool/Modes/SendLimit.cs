using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Runtime.InteropServices;

namespace ActorChat.LoadTool.Modes;

/// <summary>
/// What this machine lets any server do that gives each member a connection of its own: one thread that does nothing but write ready frames into sockets, so many at
/// once, and its CPU. No server can deliver more with as many system calls. With a rate it writes so many messages a second, each alone, to everybody: what is left to
/// save when members sleep between two messages, and each write wakes one. On --server-cpu, where one is named, with the members on the others.
/// </summary>
sealed class SendLimit(LoadOptions options)
{
    const int ThreadCpuTime = 3; // CLOCK_THREAD_CPUTIME_ID of Linux
    const int CallingThread = 0;
    static readonly int[] Together = [1, 4, 16, 64]; // messages in one write

    public LoadReport Run()
    {
        var report = new LoadReport();
        foreach (var messages in options.Rate > 0 ? Together[..1] : Together)
        {
            var (deliveries, writes, cpuSeconds) = Measure(messages);
            report.Add($"{messages} at once: deliveries/CPU-s", deliveries / cpuSeconds);
            report.Add($"{messages} at once: µs/write", 1e6 * cpuSeconds / writes);
            report.Add($"{messages} at once: MB/CPU-s", deliveries / cpuSeconds * options.Size / 1e6);
        }
        return report;
    }

    (long Deliveries, long Writes, double CpuSeconds) Measure(int messages)
    {
        using var door = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        door.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        door.Listen(1024);
        var pairs = Enumerable.Range(0, options.Clients).Select(_ => Pair(door)).ToArray();
        var reader = new Thread(() => Read(pairs.Select(pair => pair.Member).ToArray())) { IsBackground = true };
        if (options.ServerCpu is { } other) RunOn(~(1UL << other)); // a thread begins where the one runs that starts it
        reader.Start();
        if (options.ServerCpu is { } own) RunOn(1UL << own);

        var frames = new byte[messages * options.Size];
        long writes = 0;
        var (since, cpu) = (Stopwatch.StartNew(), OwnCpuSeconds());
        for (var rounds = 0; since.Elapsed.TotalSeconds < options.Seconds; rounds++)
        {
            // A pause in which the members fall asleep, as they do between two messages: it is what is measured.
            if (options.Rate > 0 && TimeSpan.FromSeconds(rounds / (double)options.Rate) - since.Elapsed is { Ticks: > 0 } early) Thread.Sleep(early);
            foreach (var (server, _) in pairs) server.Send(frames);
            writes += pairs.Length;
        }
        cpu = OwnCpuSeconds() - cpu;
        foreach (var (server, _) in pairs) server.Dispose();
        reader.Join();
        foreach (var (_, member) in pairs) member.Dispose();
        return (writes * messages, writes, cpu);
    }

    static (Socket Server, Socket Member) Pair(Socket door)
    {
        var member = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        member.Connect(door.LocalEndPoint!);
        var server = door.Accept();
        server.NoDelay = true;
        return (server, member);
    }

    // Whoever has something is read, until the first has ended: then all have. In the order of the writer this would stop for good where one buffer is larger than another:
    // it would wait for a member with nothing left, the writer for one that is full.
    static void Read(Socket[] members)
    {
        var buffer = new byte[1 << 20];
        while (true)
        {
            var ready = new List<Socket>(members);
            Socket.Select(ready, null, null, Timeout.InfiniteTimeSpan);
            foreach (var member in ready)
                if (member.Receive(buffer) == 0) return;
        }
    }

    static double OwnCpuSeconds()
    {
        if (clock_gettime(ThreadCpuTime, out var time) != 0) throw new LoadException("The CPU of a thread is not known here.");
        return time.Seconds + time.Nanoseconds / 1e9;
    }

    static void RunOn(ulong cpus)
    {
        if (sched_setaffinity(CallingThread, sizeof(ulong), ref cpus) != 0) throw new LoadException("There is no such CPU, or no other.");
    }

    [DllImport("libc"), DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    static extern int sched_setaffinity(int thread, nint size, ref ulong cpus);

    [DllImport("libc"), DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    static extern int clock_gettime(int clock, out TimeSpec time);

    struct TimeSpec
    {
        public long Seconds;
        public long Nanoseconds;
    }
}
