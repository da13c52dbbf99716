using System.Reflection;

namespace ActorChat.Selftest.Processes;

/// <summary>The server that was built with this tool.</summary>
public static class ServerProgram
{
    const string Name = "ActorChat.Server.dll";

    /// <summary>Published beside this tool, or where the build left it.</summary>
    public static ProgramCommand Command()
    {
        var beside = Path.Combine(AppContext.BaseDirectory, Name);
        return ProgramCommand.Of(File.Exists(beside) ? beside : BuiltAt());
    }

    static string BuiltAt() => typeof(ServerProgram).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>().Single(m => m.Key == nameof(ServerProgram)).Value!;
}
