namespace ActorChat.Server.Tests.Processes;

/// <summary>A start that is expected to fail.</summary>
public sealed record FailedStart(int ExitCode, IReadOnlyList<string> Errors, string Log)
{
    static readonly TimeSpan Timeout = TimeSpan.FromMinutes(2);

    public static async Task<FailedStart> OfAsync(string folder, params (string Name, string Value)[] settings)
    {
        var log = new ServerLog();
        await using var program = ServerProgram.Start(settings.ToDictionary(s => s.Name, s => s.Value, StringComparer.Ordinal), folder, log);
        await program.ExitAsync(Timeout);
        return new FailedStart(program.ExitCode, log.Errors, log.ToString());
    }
}
