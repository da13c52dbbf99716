namespace ActorChat.Server.Tests.Processes;

/// <summary>A copy of the built server. A test may change its files to simulate an update.</summary>
sealed class ProgramCopy : IDisposable
{
    static readonly string[] Folders = ["wwwroot", "hocon", "runtimes"];

    readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("actorchat-program-");

    public ProgramCopy()
    {
        foreach (var file in Directory.EnumerateFiles(AppContext.BaseDirectory).Where(IsOfServer)) Copy(file);
        foreach (var name in Folders.Where(name => Directory.Exists(Path.Combine(AppContext.BaseDirectory, name))))
            foreach (var file in Directory.EnumerateFiles(Path.Combine(AppContext.BaseDirectory, name), "*", SearchOption.AllDirectories))
                Copy(file);
    }

    public string Folder => folder.FullName;

    static bool IsOfServer(string file) =>
        Path.GetExtension(file) is ".dll" or ".json"
        && !Path.GetFileName(file).StartsWith("ActorChat.Server.Tests", StringComparison.Ordinal);

    void Copy(string file)
    {
        var to = Path.Combine(Folder, Path.GetRelativePath(AppContext.BaseDirectory, file));
        Directory.CreateDirectory(Path.GetDirectoryName(to)!);
        File.Copy(file, to);
    }

    public void Dispose() => folder.Delete(recursive: true);
}
