using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Reflection;
using System.Runtime.InteropServices;

namespace ActorChat.Selftest.Processes;

/// <summary>How a program is started.</summary>
public sealed record ProgramCommand(string File, IReadOnlyList<string> Arguments)
{
    /// <summary>The running program itself.</summary>
    public static ProgramCommand Self(params string[] arguments) => Path.GetFileNameWithoutExtension(Environment.ProcessPath) == "dotnet"
        ? Of(Assembly.GetEntryAssembly()!.Location, arguments)
        : new ProgramCommand(Environment.ProcessPath!, arguments);

    /// <summary>A program by its .dll, on the same runtime as this one.</summary>
    public static ProgramCommand Of(string dll, params string[] arguments)
    {
        var host = Environment.GetEnvironmentVariable("DOTNET_HOST_PATH")
            ?? (Path.GetFileNameWithoutExtension(Environment.ProcessPath) == "dotnet" ? Environment.ProcessPath! : "dotnet");
        return new ProgramCommand(host, [dll, .. arguments]);
    }
}

/// <summary>A server did not start, or did not stop correctly.</summary>
public sealed class ServerFailedException(string message) : Exception(message);

/// <summary>
/// A server as a child process on a free loopback port. It can be killed, stopped and started again on the same port and folder.
/// </summary>
public sealed class ServerChild : IAsyncDisposable
{
    static readonly TimeSpan StartTimeout = TimeSpan.FromMinutes(2), ExitTimeout = TimeSpan.FromSeconds(30);
    // Variables of this process must not become settings of the server.
    static readonly string[] Foreign =
    [
        "ASPNETCORE_", "DOTNET_ENVIRONMENT", "OTEL_", "Logging__", "Kestrel__", "Storage__", "Limits__", "Auth__", "Ai__", "Persistence__",
        "Conversations__", "Sessions__", "ReadPositions__", "Presence__", "Answers__", "Outbox__", "SharedLog__", "Telemetry__",
    ];
    const int MostLines = 500, Terminate = 15, Continue = 18, Stop = 19;

    readonly ProgramCommand command;
    readonly IReadOnlyDictionary<string, string> settings;
    readonly HttpClient http;
    readonly Lock gate = new();
    readonly Queue<string> lines = new();
    Process? process;

    /// <param name="ready">The path that answers 200 when the server is ready.</param>
    public ServerChild(ProgramCommand command, string folder, IReadOnlyDictionary<string, string> settings, string ready = "readyz")
    {
        (this.command, Folder, this.settings, ReadyPath) = (command, folder, settings, ready);
        Port = LoopbackPort.Free();
        http = new HttpClient { BaseAddress = new Uri($"http://{EndPoint}/"), Timeout = TimeSpan.FromSeconds(5) };
    }

    public string Folder { get; }

    public string ReadyPath { get; }

    public int Port { get; }

    public IPEndPoint EndPoint => new(IPAddress.Loopback, Port);

    public int Id => process?.Id ?? throw new InvalidOperationException("The server is not running.");

    public TimeSpan LongestStart { get; private set; }

    /// <summary>The last lines of its output, over all its starts.</summary>
    public IReadOnlyList<string> Log
    {
        get
        {
            lock (gate) return [.. lines];
        }
    }

    /// <summary>Starts the server and waits until it is ready.</summary>
    /// <exception cref="ServerFailedException"/>
    public async Task StartAsync(CancellationToken stop)
    {
        Launch();
        var since = Stopwatch.StartNew();
        while (!await IsReadyAsync(stop))
        {
            if (process!.HasExited)
            {
                await process.WaitForExitAsync(stop); // until its last lines have been read
                throw new ServerFailedException($"The server ended with {process.ExitCode} instead of starting.");
            }
            if (since.Elapsed > StartTimeout)
                throw new ServerFailedException($"The server was not ready after {StartTimeout.TotalSeconds} s.");
            await Task.Delay(20, stop);
        }
        if (since.Elapsed > LongestStart) LongestStart = since.Elapsed;
    }

    /// <summary>Starts the server without waiting until it is ready.</summary>
    public void Launch()
    {
        process?.Dispose();
        var start = new ProcessStartInfo(command.File, command.Arguments) { WorkingDirectory = Folder, RedirectStandardOutput = true,
            RedirectStandardError = true };
        foreach (var name in start.Environment.Keys
            .Where(name => Foreign.Any(f => name.StartsWith(f, StringComparison.OrdinalIgnoreCase))).ToArray())
            start.Environment.Remove(name);
        start.Environment["ASPNETCORE_URLS"] = string.Create(CultureInfo.InvariantCulture, $"http://127.0.0.1:{Port}");
        foreach (var (name, value) in settings) start.Environment[name] = value;
        process = new Process { StartInfo = start };
        process.OutputDataReceived += (_, line) => Keep(line.Data);
        process.ErrorDataReceived += (_, line) => Keep(line.Data);
        process.Start();
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
    }

    void Keep(string? line)
    {
        if (line is null) return; // the stream has ended
        lock (gate)
        {
            lines.Enqueue(line);
            if (lines.Count > MostLines) lines.Dequeue();
        }
    }

    async Task<bool> IsReadyAsync(CancellationToken stop)
    {
        try
        {
            using var response = await http.GetAsync(new Uri(ReadyPath, UriKind.Relative), stop);
            return response.StatusCode == HttpStatusCode.OK;
        }
        catch (Exception e) when (e is HttpRequestException || (e is TaskCanceledException && !stop.IsCancellationRequested))
        {
            return false; // it does not listen yet
        }
    }

    /// <summary>SIGKILL: the process cannot save or send anything more.</summary>
    public async Task KillAsync()
    {
        if (process is null) return;
        if (!process.HasExited) process.Kill();
        await ExitAsync();
    }

    /// <summary>SIGTERM, as a service manager sends it; a kill on Windows, which has no signals.</summary>
    /// <exception cref="ServerFailedException">The server did not end in time, or not with exit code 0.</exception>
    public async Task StopAsync()
    {
        if (OperatingSystem.IsWindows())
        {
            await KillAsync();
            return;
        }
        Signal(Terminate);
        await ExitAsync();
        if (process!.ExitCode != 0) throw new ServerFailedException($"The server ended with {process.ExitCode} when it was asked to stop.");
    }

    /// <summary>SIGSTOP: the process freezes, and its sockets stay open.</summary>
    public void Freeze() => Signal(Stop);

    /// <summary>SIGCONT.</summary>
    public void Resume() => Signal(Continue);

    void Signal(int signal)
    {
        if (kill(Id, signal) != 0) throw new ServerFailedException("The server process has ended.");
    }

    async Task ExitAsync()
    {
        using var deadline = new CancellationTokenSource(ExitTimeout);
        try
        {
            await process!.WaitForExitAsync(deadline.Token);
        }
        catch (OperationCanceledException)
        {
            throw new ServerFailedException($"The server did not end within {ExitTimeout.TotalSeconds} s.");
        }
    }

    [DllImport("libc"), DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    static extern int kill(int process, int signal);

    public async ValueTask DisposeAsync()
    {
        if (process is not null)
        {
            if (!process.HasExited) process.Kill(entireProcessTree: true);
            await process.WaitForExitAsync();
            process.Dispose();
        }
        http.Dispose();
    }
}
