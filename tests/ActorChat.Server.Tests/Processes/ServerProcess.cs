using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Runtime.InteropServices;
using ActorChat.Selftest.Processes;

namespace ActorChat.Server.Tests.Processes;

/// <summary>How a server ended, and how long that took; the time for which this machine stood still is not its.</summary>
public sealed record ServerExit(int Code, TimeSpan Took);

/// <summary>
/// The server as a program of its own: started on a free port with a data folder of its own, and stopped, killed and started again
/// on the same port and data as often as a test wants. Settings are environment variables, as an operator gives them.
/// </summary>
public sealed class ServerProcess : IAsyncDisposable
{
    static readonly TimeSpan StartTimeout = TimeSpan.FromMinutes(2);
    static readonly TimeSpan ExitTimeout = TimeSpan.FromSeconds(30);

    const string PortTaken = "address already in use";

    /// <summary>Is in the log where the sessions did not come to their end in the time that they have for it when the server goes down.</summary>
    public const string Undrained = "phase [service-requests-done]";

    readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("actorchat-");
    readonly Dictionary<string, string> settings;
    readonly ServerLog log = new();
    readonly HttpClient http;
    ServerProgram? program;

    ServerProcess((string Name, string Value)[] settings)
    {
        Port = LoopbackPort.Free();
        this.settings = settings.ToDictionary(s => s.Name, s => s.Value, StringComparer.Ordinal);
        this.settings.TryAdd("ASPNETCORE_URLS", Address.ToString());
        this.settings.TryAdd("Storage__ConnectionString", $"Data Source={Database}");
        http = new HttpClient { BaseAddress = Address, Timeout = TimeSpan.FromSeconds(20) };
    }

    public int Port { get; }

    public Uri Address => new($"http://127.0.0.1:{Port.ToString(CultureInfo.InvariantCulture)}/");

    public Uri Socket => new($"ws://127.0.0.1:{Port.ToString(CultureInfo.InvariantCulture)}/ws");

    /// <summary>For requests that are no WebSocket.</summary>
    public HttpClient Http => http;

    public string Folder => folder.FullName;

    /// <summary>Where the program is; null for the one of this test run.</summary>
    public string? ProgramFolder { get; set; }

    public string Database => Path.Combine(Folder, "actorchat.db");

    public int Id => Running.Id;

    public bool IsRunning => program is { HasExited: false };

    /// <summary>Everything that the server has written so far, over all its starts.</summary>
    public string Log => log.ToString();

    /// <summary>Of that, what came as an error.</summary>
    public IReadOnlyList<string> Errors => log.Errors;

    ServerProgram Running => program ?? throw new InvalidOperationException("The server is not running.");

    public static async Task<ServerProcess> StartAsync(params (string Name, string Value)[] settings)
    {
        for (var tries = 1; ; tries++)
        {
            var server = Prepare(settings);
            try
            {
                await server.StartAgainAsync();
                return server;
            }
            catch (Exception) when (tries < 3 && server.Log.Contains(PortTaken, StringComparison.Ordinal))
            {
                await server.DisposeAsync(); // whoever looked for a port at the same moment has it; there are others
            }
            catch
            {
                await server.DisposeAsync();
                throw;
            }
        }
    }

    /// <summary>A server that is not started yet, for tests that lay something into its folder first.</summary>
    public static ServerProcess Prepare(params (string Name, string Value)[] settings) => new(settings);

    /// <summary>Starts on the same port and data, and waits until the server says that it is ready.</summary>
    public async Task StartAgainAsync()
    {
        Launch();
        await Deadline.UntilAsync(IsReadyAsync, StartTimeout, () => $"The server did not become ready.\n{Log}");
    }

    /// <summary>Starts, and waits for nothing.</summary>
    public void Launch() => program = ServerProgram.Start(settings, Folder, log, ProgramFolder);

    async Task<bool> IsReadyAsync()
    {
        if (Running.HasExited)
        {
            await Running.ExitAsync(ExitTimeout); // until all that it wrote has come, too
            throw new InvalidOperationException($"The server ended with {Running.ExitCode} instead of starting.\n{Log}");
        }
        try
        {
            using var response = await http.GetAsync(new Uri("readyz", UriKind.Relative));
            return response.StatusCode == HttpStatusCode.OK;
        }
        catch (Exception e) when (e is HttpRequestException or TaskCanceledException)
        {
            return false; // it does not listen yet, or is slow to answer
        }
    }

    /// <summary>SIGTERM, as a service manager sends it.</summary>
    public async Task<ServerExit> StopAsync()
    {
        using var standstill = new Standstill();
        var since = Stopwatch.StartNew();
        Signal(Terminate);
        await Running.ExitAsync(ExitTimeout);
        return new ServerExit(Running.ExitCode, since.Elapsed - standstill.Total);
    }

    /// <summary>SIGKILL: the process gets no chance to say or save anything.</summary>
    public async Task KillAsync()
    {
        if (!Running.HasExited) Running.Kill();
        await Running.ExitAsync(ExitTimeout);
    }

    /// <summary>Fails where the server has ended, or has written that something went wrong which nobody had planned for.</summary>
    public void AssertCalm()
    {
        Assert.True(IsRunning, $"The server has ended.\n{Log}");
        AssertLogIsCalm();
    }

    public void AssertLogIsCalm() =>
        Assert.DoesNotContain(log.Lines, line => line.Contains(" fail: ", StringComparison.Ordinal) || line.Contains(" crit: ", StringComparison.Ordinal)
            || line.Contains("Unhandled exception", StringComparison.OrdinalIgnoreCase));

    public const int Terminate = 15, Wake = 18, Freeze = 19;

    public void Signal(int signal)
    {
        Requirement.Need(!OperatingSystem.IsWindows(), "Windows has no signals.");
        if (kill(Running.Id, signal) != 0) throw new InvalidOperationException("The signal could not be sent.");
    }

    [DllImport("libc"), DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    static extern int kill(int process, int signal);

    public async ValueTask DisposeAsync()
    {
        if (program is not null) await program.DisposeAsync();
        http.Dispose();
        // For looking into a failure: a folder that keeps what the servers wrote.
        if (Environment.GetEnvironmentVariable("ACTORCHAT_TEST_LOGS") is { Length: > 0 } kept)
            await File.WriteAllTextAsync(Path.Combine(Directory.CreateDirectory(kept).FullName, $"server-{Port.ToString(CultureInfo.InvariantCulture)}.log"), Log);
        folder.Delete(recursive: true);
    }
}
