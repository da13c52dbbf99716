using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Runtime.InteropServices;

namespace ActorChat.LoadTool.Modes;

/// <summary>
/// The upper limit for any server on this machine that has one connection for each client: the CPU of one thread that only writes ready
/// frames to sockets, several frames in one write. No server delivers more with the same number of system calls. With a rate the thread
/// writes that many messages a second, each alone, to all clients: then each write also wakes a sleeping reader. With --server-cpu the
/// thread runs on that CPU and the reader on the others.
/// </summary>
sealed class SendLimit(LoadOptions options)
{
    const int ThreadCpuTime = 3; // CLOCK_THREAD_CPUTIME_ID of Linux
    const int CallingThread = 0;
    static readonly int[] BatchSizes = [1, 4, 16, 64]; // messages in one write

    public LoadReport Run()
    {
        var report = new LoadReport();
        foreach (var messages in options.Rate > 0 ? BatchSizes[..1] : BatchSizes)
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
        using var listener = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        listener.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        listener.Listen(1024);
        var pairs = Enumerable.Range(0, options.Clients).Select(_ => Pair(listener)).ToArray();
        var reader = new Thread(() => Read(pairs.Select(pair => pair.Client).ToArray())) { IsBackground = true };
        if (options.ServerCpu is { } other) RunOn(~(1UL << other)); // a thread inherits the CPUs of the thread that starts it
        reader.Start();
        if (options.ServerCpu is { } own) RunOn(1UL << own);

        var frames = new byte[messages * options.Size];
        long writes = 0;
        var (since, cpu) = (Stopwatch.StartNew(), OwnCpuSeconds());
        for (var rounds = 0; since.Elapsed.TotalSeconds < options.Seconds; rounds++)
        {
            // The readers fall asleep in this pause, as between two messages of a real chat. Waking them is what is measured.
            if (options.Rate > 0 && TimeSpan.FromSeconds(rounds / (double)options.Rate) - since.Elapsed is { Ticks: > 0 } early)
                Thread.Sleep(early);
            foreach (var (server, _) in pairs) server.Send(frames);
            writes += pairs.Length;
        }
        cpu = OwnCpuSeconds() - cpu;
        foreach (var (server, _) in pairs) server.Dispose();
        reader.Join();
        foreach (var (_, client) in pairs) client.Dispose();
        return (writes * messages, writes, cpu);
    }

    static (Socket Server, Socket Client) Pair(Socket listener)
    {
        var client = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        client.Connect(listener.LocalEndPoint!);
        var server = listener.Accept();
        server.NoDelay = true;
        return (server, client);
    }

    // Reads from every socket that has data, until the first one ends; then all end. Reading them in the order of the writer would
    // deadlock: the reader would wait for an empty socket and the writer for a full one.
    static void Read(Socket[] clients)
    {
        var buffer = new byte[1 << 20];
        while (true)
        {
            var ready = new List<Socket>(clients);
            Socket.Select(ready, null, null, Timeout.InfiniteTimeSpan);
            foreach (var client in ready)
                if (client.Receive(buffer) == 0) return;
        }
    }

    static double OwnCpuSeconds()
    {
        if (clock_gettime(ThreadCpuTime, out var time) != 0)
            throw new LoadException("This system does not report the CPU time of a thread.");
        return time.Seconds + time.Nanoseconds / 1e9;
    }

    static void RunOn(ulong cpus)
    {
        if (sched_setaffinity(CallingThread, sizeof(ulong), ref cpus) != 0)
            throw new LoadException("This machine does not have that CPU and another one.");
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
