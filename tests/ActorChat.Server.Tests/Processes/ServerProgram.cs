using System.Diagnostics;
using ActorChat.Server.Options;

namespace ActorChat.Server.Tests.Processes;

/// <summary>One run of the built server as a child process.</summary>
sealed class ServerProgram : IAsyncDisposable
{
    // Prefixes of environment variables of the test run that must not become settings of the server.
    static readonly string[] RemovedVariables =
    [
        "ASPNETCORE_", "DOTNET_ENVIRONMENT", "OTEL_", "Logging__", "Kestrel__",
        .. AppSettings.Sections.Select(section => $"{section.Name}__"),
    ];

    // Most servers of the tests live for seconds, so a fast start matters more than fast code.
    public static readonly (string Name, string Value) QuickJit = ("DOTNET_TC_QuickJit", "1");

    readonly Process process;

    ServerProgram(Process process) => this.process = process;

    public int Id => process.Id;

    public bool HasExited => process.HasExited;

    public int ExitCode => process.ExitCode;

    /// <param name="folder">The working directory.</param>
    /// <param name="program">The folder of the program; null for the one of this test run.</param>
    /// <param name="words">The arguments: a command and its arguments, or nothing.</param>
    public static ServerProgram Start(
        IReadOnlyDictionary<string, string> settings, string folder, ServerLog log, string? program = null, params string[] words)
    {
        var start = new ProcessStartInfo(DotNet())
        {
            WorkingDirectory = folder,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            ArgumentList = { Path.Combine(program ?? AppContext.BaseDirectory, "ActorChat.Server.dll") },
        };
        foreach (var word in words) start.ArgumentList.Add(word);
        foreach (var name in start.Environment.Keys.Where(IsRemoved).ToArray()) start.Environment.Remove(name);
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

    static bool IsRemoved(string variable) =>
        RemovedVariables.Any(prefix => variable.StartsWith(prefix, StringComparison.OrdinalIgnoreCase));

    // The dotnet that runs the tests, if one does.
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
