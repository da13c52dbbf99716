namespace ActorChat.Server.Tests.Processes;

/// <summary>The result of one of the program's commands, for example <c>sign-out</c>.</summary>
sealed record ServerCommand(int ExitCode, string Output)
{
    static readonly TimeSpan Timeout = TimeSpan.FromMinutes(1);

    /// <summary>Runs a command on the database of a server.</summary>
    public static Task<ServerCommand> RunAsync(ServerProcess server, params string[] words)
    {
        var settings = new Dictionary<string, string> { ["Storage__ConnectionString"] = $"Data Source={server.Database}" };
        return RunAsync(server.Folder, settings, words);
    }

    public static async Task<ServerCommand> RunAsync(string folder, IReadOnlyDictionary<string, string> settings, params string[] words)
    {
        var log = new ServerLog();
        await using var program = ServerProgram.Start(settings, folder, log, words: words);
        await program.ExitAsync(Timeout);
        return new ServerCommand(program.ExitCode, log.ToString());
    }
}
