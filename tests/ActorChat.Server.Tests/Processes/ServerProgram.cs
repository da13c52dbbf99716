using System.Diagnostics;
using ActorChat.Server.Options;

namespace ActorChat.Server.Tests.Processes;

/// <summary>One run of the built server as a child process.</summary>
sealed class ServerProgram : IAsyncDisposable
{
    // What this test run was started with must not become the server's settings.
    static readonly string[] Foreign =
        ["ASPNETCORE_", "DOTNET_ENVIRONMENT", "OTEL_", "Logging__", "Kestrel__", .. AppSettings.Sections.Select(section => $"{section.Name}__")];

    // Many servers live for seconds: compiled well they would start later, for nothing.
    public static readonly (string Name, string Value) QuickJit = ("DOTNET_TC_QuickJit", "1");

    readonly Process process;

    ServerProgram(Process process) => this.process = process;

    public int Id => process.Id;

    public bool HasExited => process.HasExited;

    public int ExitCode => process.ExitCode;

    /// <param name="program">Where the program is; this test run's own where nothing is said.</param>
    /// <param name="words">What follows its name: a command and what that needs.</param>
    public static ServerProgram Start(IReadOnlyDictionary<string, string> settings, string folder, ServerLog log, string? program = null, params string[] words)
    {
        var start = new ProcessStartInfo(DotNet())
        {
            WorkingDirectory = folder,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            ArgumentList = { Path.Combine(program ?? AppContext.BaseDirectory, "ActorChat.Server.dll") },
        };
        foreach (var word in words) start.ArgumentList.Add(word);
        foreach (var name in start.Environment.Keys.Where(name => Foreign.Any(f => name.StartsWith(f, StringComparison.OrdinalIgnoreCase))).ToArray())
            start.Environment.Remove(name);
        start.Environment[QuickJit.Name] = QuickJit.Value;
        foreach (var (name, value) in settings) start.Environment[name] = value;
        var process = new Process { StartInfo = start };
        process.OutputDataReceived += (_, line) => log.AddOutput(line.Data);
        process.ErrorDataReceived += (_, line) => log.AddError(line.Data);
        process.Start();
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        return new ServerProgram(process);
    }

    // The one that runs the tests, where they are run by it.
    static string DotNet() =>
        Environment.GetEnvironmentVariable("DOTNET_HOST_PATH")
        ?? (Path.GetFileNameWithoutExtension(Environment.ProcessPath) == "dotnet" ? Environment.ProcessPath! : "dotnet");

    public void Kill() => process.Kill();

    public async Task ExitAsync(TimeSpan timeout)
    {
        using var deadline = new CancellationTokenSource(timeout);
        await process.WaitForExitAsync(deadline.Token);
    }

    public async ValueTask DisposeAsync()
    {
        if (!process.HasExited) process.Kill(entireProcessTree: true);
        await process.WaitForExitAsync();
        process.Dispose();
    }
}
