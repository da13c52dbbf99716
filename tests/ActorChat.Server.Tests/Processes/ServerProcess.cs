using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Runtime.InteropServices;
using ActorChat.Selftest.Processes;

namespace ActorChat.Server.Tests.Processes;

/// <summary>The exit of a server.</summary>
/// <param name="Took">The duration of the stop, without the time for which the machine paused.</param>
public sealed record ServerExit(int Code, TimeSpan Took);

/// <summary>
/// The server as a child process with its own port and data folder. A test may stop, kill and restart it on the same port and data.
/// Settings are environment variables; <c>{port}</c> in a value is the port.
/// </summary>
public sealed class ServerProcess : IAsyncDisposable
{
    static readonly TimeSpan StartTimeout = TimeSpan.FromMinutes(2);
    static readonly TimeSpan ExitTimeout = TimeSpan.FromSeconds(30);

    const string PortTaken = "address already in use";

    /// <summary>The log contains this if sessions did not end within their time limit during shutdown.</summary>
    public const string Undrained = "phase [service-requests-done]";

    readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("actorchat-");
    readonly Dictionary<string, string> settings;
    readonly ServerLog log = new();
    readonly HttpClient http;
    ServerProgram? program;

    ServerProcess((string Name, string Value)[] settings)
    {
        Port = LoopbackPort.Free();
        var port = Port.ToString(CultureInfo.InvariantCulture);
        this.settings = settings.ToDictionary(
            s => s.Name, s => s.Value.Replace("{port}", port, StringComparison.Ordinal), StringComparer.Ordinal);
        this.settings.TryAdd("ASPNETCORE_URLS", Address.ToString());
        this.settings.TryAdd("Storage__ConnectionString", $"Data Source={Database}");
        http = new HttpClient { BaseAddress = Address, Timeout = TimeSpan.FromSeconds(20) };
    }

    public int Port { get; }

    public Uri Address => new($"http://127.0.0.1:{Port.ToString(CultureInfo.InvariantCulture)}/");

    public Uri Socket => new($"ws://127.0.0.1:{Port.ToString(CultureInfo.InvariantCulture)}/ws");

    /// <summary>A client for plain HTTP requests.</summary>
    public HttpClient Http => http;

    public string Folder => folder.FullName;

    /// <summary>The folder of the program; null for the one of this test run.</summary>
    public string? ProgramFolder { get; set; }

    public string Database => Path.Combine(Folder, "actorchat.db");

    public int Id => Running.Id;

    public bool IsRunning => program is { HasExited: false };

    /// <summary>The output of the server so far, over all its starts.</summary>
    public string Log => log.ToString();

    /// <summary>The lines of that output that went to stderr.</summary>
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
                await server.DisposeAsync(); // another process took the port in the meantime, so the next attempt uses another one
            }
            catch
            {
                await server.DisposeAsync();
                throw;
            }
        }
    }

    /// <summary>Creates a server without starting it, for tests that first put files into its folder.</summary>
    public static ServerProcess Prepare(params (string Name, string Value)[] settings) => new(settings);

    /// <summary>Starts on the same port and data, and waits until <c>/readyz</c> reports success.</summary>
    public async Task StartAgainAsync()
    {
        Launch();
        await Deadline.UntilAsync(IsReadyAsync, StartTimeout, () => $"The server did not become ready.\n{Log}");
    }

    /// <summary>Starts without waiting.</summary>
    public void Launch() => program = ServerProgram.Start(settings, Folder, log, ProgramFolder);

    async Task<bool> IsReadyAsync()
    {
        if (Running.HasExited)
        {
            await Running.ExitAsync(ExitTimeout); // until its output is complete
            throw new InvalidOperationException($"The server ended with {Running.ExitCode} instead of starting.\n{Log}");
        }
        try
        {
            using var response = await http.GetAsync(new Uri("readyz", UriKind.Relative));
            return response.StatusCode == HttpStatusCode.OK;
        }
        catch (Exception e) when (e is HttpRequestException or TaskCanceledException)
        {
            return false; // the server does not listen yet, or answers slowly
        }
    }

    /// <summary>Sends SIGTERM, like a service manager, and waits for the exit.</summary>
    public async Task<ServerExit> StopAsync()
    {
        using var standstill = new Standstill();
        var since = Stopwatch.StartNew();
        Signal(Terminate);
        await Running.ExitAsync(ExitTimeout);
        return new ServerExit(Running.ExitCode, since.Elapsed - standstill.Total);
    }

    /// <summary>Sends SIGKILL, so that the process can neither log nor save anything.</summary>
    public async Task KillAsync()
    {
        if (!Running.HasExited) Running.Kill();
        await Running.ExitAsync(ExitTimeout);
    }

    /// <summary>Fails if the server has ended or has logged an unexpected error.</summary>
    public void AssertCalm()
    {
        Assert.True(IsRunning, $"The server has ended.\n{Log}");
        AssertLogIsCalm();
    }

    public void AssertLogIsCalm() => Assert.DoesNotContain(log.Lines, line =>
        line.Contains(" fail: ", StringComparison.Ordinal)
        || line.Contains(" crit: ", StringComparison.Ordinal)
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
        await SaveLogAsync();
        folder.Delete(recursive: true);
    }

    // For the analysis of failures: ACTORCHAT_TEST_LOGS names a folder for the logs of all servers.
    async Task SaveLogAsync()
    {
        if (Environment.GetEnvironmentVariable("ACTORCHAT_TEST_LOGS") is not { Length: > 0 } logs) return;
        var file = Path.Combine(Directory.CreateDirectory(logs).FullName, $"server-{Port.ToString(CultureInfo.InvariantCulture)}.log");
        await File.WriteAllTextAsync(file, Log);
    }
}
