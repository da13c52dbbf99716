using System.Reflection;

namespace ActorChat.Selftest.Processes;

/// <summary>The server that was built with this tool.</summary>
static class ServerProgram
{
    const string Name = "ActorChat.Server.dll";

    /// <summary>
    /// The program beside this tool, if both were published to one folder; else the one in the output folder of the build.
    /// </summary>
    public static ProgramCommand Command()
    {
        var beside = Path.Combine(AppContext.BaseDirectory, Name);
        return ProgramCommand.Of(File.Exists(beside) ? beside : BuiltAt());
    }

    static string BuiltAt() =>
        typeof(ServerProgram).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>().Single(m => m.Key == nameof(ServerProgram)).Value!;
}
