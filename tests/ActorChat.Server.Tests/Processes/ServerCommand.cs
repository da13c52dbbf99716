namespace ActorChat.Server.Tests.Processes;

/// <summary>One of the program's commands beside a server or in its place: what it said, and how it ended.</summary>
public sealed record ServerCommand(int ExitCode, string Output)
{
    static readonly TimeSpan Timeout = TimeSpan.FromMinutes(1);

    public static Task<ServerCommand> RunAsync(ServerProcess beside, params string[] words)
    {
        ArgumentNullException.ThrowIfNull(beside);
        return RunAsync(beside.Folder, new Dictionary<string, string> { ["Storage__ConnectionString"] = $"Data Source={beside.Database}" }, words);
    }

    public static async Task<ServerCommand> RunAsync(string folder, IReadOnlyDictionary<string, string> settings, params string[] words)
    {
        var log = new ServerLog();
        await using var program = ServerProgram.Start(settings, folder, log, words: words);
        await program.ExitAsync(Timeout);
        return new ServerCommand(program.ExitCode, log.ToString());
    }
}
