using System.CommandLine;
using System.Net;
using ActorChat.Selftest.Processes;

namespace ActorChat.Selftest.Runs;

/// <summary>The selftest's command line, and a run with its servers in a temporary folder.</summary>
static class SelftestCommand
{
    // In 50,000 messages a server that spoils one in 10,000 goes undetected once in 150 runs.
    const int DefaultMessages = 50_000;

    /// <param name="server">Starts a server.</param>
    public static RootCommand Create(ProgramCommand server)
    {
        var seconds = CommandLine.Number("--seconds", 20, 1, 3600,
            "How long servers are killed, stopped and disconnected, after the load.");
        var clients = CommandLine.Number("--clients", 8, 1, 200, "Clients that send and read.");
        var messages = CommandLine.Number("--messages", DefaultMessages, 0, 10_000_000,
            "Messages that are acknowledged before the first fault.");
        var kills = CommandLine.Number("--kills", 0, 0, 10_000,
            "Goes on until a server was killed so many times, even if --seconds are over.");
        var seed = CommandLine.Number("--seed", 0, 0, int.MaxValue, "Repeats the choices of an earlier run; 0 for a random seed.");
        var postgres = new Option<string?>("--postgres") { Description = "An empty PostgreSQL database instead of a SQLite file; the run fills it.", HelpName = "connection string" };
        var nodes = CommandLine.Number("--nodes", 1, 1, 8, "Servers that share the PostgreSQL database.");
        var root = new RootCommand("Starts a server, kills and disconnects it repeatedly, and reports any lost, duplicated or reordered message.")
        {
            seconds, clients, messages, kills, seed, postgres, nodes,
        };
        root.SetAction(async (parsed, stop) =>
        {
            var options = new SelftestOptions(
                parsed.GetValue(seconds), parsed.GetValue(clients), parsed.GetValue(seed), parsed.GetValue(messages),
                parsed.GetValue(kills), parsed.GetValue(nodes), parsed.GetValue(postgres));
            if (options.Seed == 0) options = options with { Seed = Random.Shared.Next(1, 1_000_000) };
            if (options.Nodes > 1 && options.Postgres is null)
                return await CommandLine.RefuseAsync("Several --nodes need a --postgres database.");
            return await RunAsync(options, server, stop);
        });
        return root;
    }

    /// <returns>The exit code: 0 if every promise was kept, 1 if not or if there is no verdict.</returns>
    static async Task<int> RunAsync(SelftestOptions options, ProgramCommand server, CancellationToken stop)
    {
        var folder = Directory.CreateTempSubdirectory("actorchat-selftest-");
        var settings = SelftestRun.Settings(folder.FullName, options.Postgres);
        var children = Enumerable.Range(0, options.Nodes).Select(_ => new ServerChild(server, folder.FullName, settings)).ToArray();
        try
        {
            IPEndPoint[] endpoints = [.. children.Select(child => child.EndPoint)];
            var kills = options.Kills > 0 ? $" and {options.Kills} kills" : "";
            var data = options.Postgres is null ? folder.FullName : "PostgreSQL";
            Console.WriteLine(
                $"ActorChat selftest: {options.Messages} messages, then {options.Seconds} s{kills}, {options.Clients} clients, seed {options.Seed}; " +
                $"{(endpoints.Length > 1 ? "servers" : "server")} on {string.Join(", ", endpoints)}, data in {data}");
            var result = await new SelftestRun(options, children, endpoints, Console.WriteLine).RunAsync(stop);
            foreach (var line in SelftestReport.Lines(result)) Console.WriteLine(line);
            return result.Passed ? 0 : 1;
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
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
