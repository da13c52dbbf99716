using ActorChat.Selftest.Processes;
using ActorChat.Selftest.Runs;

namespace ActorChat.Server.Tests.Processes;

/// <summary>The built server as the selftest starts it, for specs that run a selftest of their own.</summary>
static class SelftestServer
{
    public static readonly string Program = Path.Combine(AppContext.BaseDirectory, "ActorChat.Server.dll");

    public static ServerChild In(DirectoryInfo folder, IReadOnlyDictionary<string, string> settings) => new(ProgramCommand.Of(Program), folder.FullName, settings);

    /// <summary>What it is started with: compiled quickly, since it is started again and again.</summary>
    /// <param name="database">A connection string of PostgreSQL; null for a file in the folder.</param>
    public static Dictionary<string, string> Settings(DirectoryInfo folder, string? database = null) =>
        new(SelftestRun.Settings(folder.FullName, database)) { [ServerProgram.QuickJit.Name] = ServerProgram.QuickJit.Value };
}
