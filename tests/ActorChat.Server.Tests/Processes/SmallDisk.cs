using System.Diagnostics;

namespace ActorChat.Server.Tests.Processes;

/// <summary>A file system of a few megabytes that a test may fill or make read-only.</summary>
sealed class SmallDisk : IDisposable
{
    readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("actorchat-disk-");

    SmallDisk()
    {
    }

    public string Database => Path.Combine(folder.FullName, "chat.db");

    string Ballast => Path.Combine(folder.FullName, "ballast");

    /// <summary>Mounts the disk. Skips the test if that is not allowed; the tests of the store simulate the same faults.</summary>
    public static SmallDisk Mount(int megabytes)
    {
        var disk = new SmallDisk();
        var mounted = OperatingSystem.IsLinux()
            && Run("mount", "-t", "tmpfs", "-o", $"size={megabytes}m", "actorchat-test", disk.folder.FullName);
        if (!mounted) disk.folder.Delete();
        Skip.IfNot(mounted, "This user may not mount a file system.");
        return disk;
    }

    /// <summary>Fills the disk to the last byte.</summary>
    public void Fill()
    {
        var part = new byte[1 << 16];
        using var file = new FileStream(Ballast, FileMode.Append, FileAccess.Write, FileShare.None, bufferSize: 0);
        for (var size = part.Length; size > 0; size /= 2)
        {
            try
            {
                while (true) file.Write(part.AsSpan(0, size));
            }
            catch (IOException)
            {
                // No space for a part of this size, so try a smaller one.
            }
        }
    }

    public void MakeRoom() => File.Delete(Ballast);

    public void MakeReadOnly() => Assert.True(Run("mount", "-o", "remount,ro", folder.FullName));

    static bool Run(string program, params string[] arguments)
    {
        try
        {
            var start = new ProcessStartInfo(program, arguments) { RedirectStandardError = true, RedirectStandardOutput = true };
            using var process = Process.Start(start)!;
            process.WaitForExit();
            return process.ExitCode == 0;
        }
        catch (System.ComponentModel.Win32Exception)
        {
            return false; // the program is not installed
        }
    }

    public void Dispose()
    {
        Run("umount", "-l", folder.FullName);
        folder.Delete(recursive: true);
    }
}
