using ActorChat.Selftest.Processes;
using ActorChat.Selftest.Runs;

namespace ActorChat.Server.Tests.Processes;

/// <summary>The built server in the form that the selftest starts, for tests that run a selftest.</summary>
static class SelftestServer
{
    public static readonly string Program = Path.Combine(AppContext.BaseDirectory, "ActorChat.Server.dll");

    public static ServerChild In(DirectoryInfo folder, IReadOnlyDictionary<string, string> settings) =>
        new(ProgramCommand.Of(Program), folder.FullName, settings);

    /// <summary>The settings of the server. It starts many times, so it uses quick compilation.</summary>
    /// <param name="database">A PostgreSQL connection string; null for a file in the folder.</param>
    public static Dictionary<string, string> Settings(DirectoryInfo folder, string? database = null) =>
        new(SelftestRun.Settings(folder.FullName, database)) { [ServerProgram.QuickJit.Name] = ServerProgram.QuickJit.Value };
}
