namespace ActorChat.Server.Tests.Processes;

/// <summary>A start of the server that must fail.</summary>
sealed record FailedStart(int ExitCode, IReadOnlyList<string> Errors, string Log)
{
    static readonly TimeSpan Timeout = TimeSpan.FromMinutes(2);

    public static async Task<FailedStart> OfAsync(string folder, params (string Name, string Value)[] settings)
    {
        var log = new ServerLog();
        var variables = settings.ToDictionary(s => s.Name, s => s.Value, StringComparer.Ordinal);
        await using var program = ServerProgram.Start(variables, folder, log);
        await program.ExitAsync(Timeout);
        return new FailedStart(program.ExitCode, log.Errors, log.ToString());
    }
}
