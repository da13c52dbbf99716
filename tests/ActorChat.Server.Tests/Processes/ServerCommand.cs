namespace ActorChat.Server.Tests.Processes;

/// <summary>One of the program's commands beside a server: what it said, and how it ended.</summary>
public sealed record ServerCommand(int ExitCode, string Output)
{
    static readonly TimeSpan Timeout = TimeSpan.FromSeconds(30);

    public static async Task<ServerCommand> RunAsync(ServerProcess beside, params string[] words)
    {
        ArgumentNullException.ThrowIfNull(beside);
        var log = new ServerLog();
        var settings = new Dictionary<string, string> { ["Storage__ConnectionString"] = $"Data Source={beside.Database}" };
        await using var program = ServerProgram.Start(settings, beside.Folder, log, words: words);
        await program.ExitAsync(Timeout);
        return new ServerCommand(program.ExitCode, log.ToString());
    }
}
