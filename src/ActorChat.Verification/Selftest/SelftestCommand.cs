using System.Runtime.InteropServices;
using ActorChat.Verification.Processes;

namespace ActorChat.Verification.Selftest;

/// <summary><c>selftest</c>: the server tries its own promises on this machine and says what became of them.</summary>
public static class SelftestCommand
{
    public const string Name = "selftest";

    /// <param name="server">Starts a server.</param>
    /// <returns>The exit code: 0 where every promise was kept, 1 where not, 2 where the arguments are not understood.</returns>
    public static async Task<int> RunAsync(IReadOnlyList<string> arguments, ProgramCommand server)
    {
        if (SelftestOptions.Parse(arguments) is not { } options)
        {
            await Console.Error.WriteLineAsync(SelftestOptions.Usage);
            return 2;
        }
        using var interrupted = new CancellationTokenSource();
        void Interrupt(PosixSignalContext signal)
        {
            signal.Cancel = true; // the child must not outlive this process
            interrupted.Cancel();
        }
        using var onInterrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, Interrupt);
        using var onTerminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, Interrupt);
        var folder = Directory.CreateTempSubdirectory("actorchat-selftest-");
        try
        {
            await using var child = new ServerChild(server, folder.FullName, SelftestRun.Settings(folder.FullName));
            Console.WriteLine($"ActorChat selftest: {options.Messages} messages, then {options.Seconds} s{(options.Kills > 0 ? $" and {options.Kills} kills" : "")}, {options.Clients} clients, seed {options.Seed}; server on {child.EndPoint}, data in {folder.FullName}");
            var result = await new SelftestRun(options, child, child.EndPoint, Console.WriteLine).RunAsync(interrupted.Token);
            foreach (var line in SelftestReport.Lines(result)) Console.WriteLine(line);
            return result.Passed ? 0 : 1;
        }
        catch (OperationCanceledException) when (interrupted.IsCancellationRequested)
        {
            Console.WriteLine($"{SelftestReport.None}. Interrupted.");
            return 1;
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }
}
