using System.Diagnostics;

namespace ActorChat.Storage.Tests.Postgres;

/// <summary>Starts programs that refuse to run as root: as the user postgres, if the tests run as root.</summary>
internal static class UnprivilegedProcess
{
    static bool IsRoot => Environment.UserName == "root";

    public static ProcessStartInfo StartInfo(string path, params string[] arguments) => IsRoot
        ? new ProcessStartInfo("setpriv", ["--reuid=postgres", "--regid=postgres", "--clear-groups", "--", path, .. arguments])
        : new ProcessStartInfo(path, arguments);

    /// <summary>Gives a folder to the user that the programs run as.</summary>
    public static void GiveFolder(DirectoryInfo folder)
    {
        if (IsRoot) Run(new ProcessStartInfo("chown", ["postgres", folder.FullName]));
    }

    /// <summary>Runs a program to its end, and fails if it does.</summary>
    public static void Run(ProcessStartInfo start)
    {
        start.RedirectStandardOutput = true;
        using var process = Process.Start(start)!;
        if (start.RedirectStandardError) process.BeginErrorReadLine();
        var output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        Assert.True(process.ExitCode == 0, $"{start.FileName} exited with {process.ExitCode}.\n{output}");
    }
}
