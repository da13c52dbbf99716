using System.Net;
using System.Runtime.InteropServices;
using ActorChat.Selftest.Processes;

namespace ActorChat.Selftest.Runs;

/// <summary><c>selftest</c>: the server tries its own promises on this machine and says what became of them.</summary>
public static class SelftestCommand
{
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
        var settings = SelftestRun.Settings(folder.FullName, options.Postgres);
        var children = Enumerable.Range(0, options.Nodes).Select(_ => new ServerChild(server, folder.FullName, settings)).ToArray();
        try
        {
            IPEndPoint[] doors = [.. children.Select(child => child.EndPoint)];
            var (kills, data) = (options.Kills > 0 ? $" and {options.Kills} kills" : "", options.Postgres is null ? folder.FullName : "PostgreSQL");
            Console.WriteLine($"ActorChat selftest: {options.Messages} messages, then {options.Seconds} s{kills}, {options.Clients} clients, seed {options.Seed}; {(doors.Length > 1 ? "servers" : "server")} on {string.Join(", ", doors)}, data in {data}");
            var result = await new SelftestRun(options, children, doors, Console.WriteLine).RunAsync(interrupted.Token);
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
            foreach (var child in children) await child.DisposeAsync();
            folder.Delete(recursive: true);
        }
    }
}
