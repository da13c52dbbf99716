using System.Diagnostics;

namespace ActorChat.Server.Tests.Processes;

/// <summary>A real file system of a few megabytes that a test may fill up or make read-only.</summary>
sealed class SmallDisk : IDisposable
{
    readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("actorchat-disk-");

    SmallDisk()
    {
    }

    public string Database => Path.Combine(folder.FullName, "chat.db");

    string Ballast => Path.Combine(folder.FullName, "ballast");

    /// <summary>Skips the test where this user or this container may not mount: the faults of the store's own tests stand in for it.</summary>
    public static SmallDisk Mount(int megabytes)
    {
        var disk = new SmallDisk();
        var mounted = OperatingSystem.IsLinux() && Run("mount", "-t", "tmpfs", "-o", $"size={megabytes}m", "actorchat-test", disk.folder.FullName);
        if (!mounted) disk.folder.Delete();
        Skip.IfNot(mounted, "Mounting is not allowed here.");
        return disk;
    }

    /// <summary>Until not one more byte has room.</summary>
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
                // Full for a piece of this size.
            }
        }
    }

    public void MakeRoom() => File.Delete(Ballast);

    public void MakeReadOnly() => Assert.True(Run("mount", "-o", "remount,ro", folder.FullName));

    static bool Run(string program, params string[] arguments)
    {
        try
        {
            using var process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardError = true, RedirectStandardOutput = true })!;
            process.WaitForExit();
            return process.ExitCode == 0;
        }
        catch (System.ComponentModel.Win32Exception)
        {
            return false; // there is no such program
        }
    }

    public void Dispose()
    {
        Run("umount", "-l", folder.FullName);
        folder.Delete(recursive: true);
    }
}
