using System.CommandLine;
using System.Net;
using ActorChat.LoadTool.Servers;
using ActorChat.Selftest;

namespace ActorChat.LoadTool;

/// <summary>
/// The command line: one command for each mode, with the options that the mode uses. Every number has a bound, since this is a tool for
/// one's own server.
/// </summary>
sealed class LoadCommands
{
    const int MostClients = 20_000;

    readonly Option<int> port = CommandLine.Number("--port", 0, 0, 65535,
        "An existing server; 0 starts one on a free port, without rate limits.");
    readonly Option<IPAddress> host = Host();
    readonly Option<int> pid = CommandLine.Number("--pid", 0, 0, int.MaxValue,
        "The process of the existing server, to measure its CPU and memory.");
    readonly Option<bool> anywhere = new("--anywhere") { Description = "Allows a --host that is not this machine." };
    readonly Option<int> serverCpu = CommandLine.Number("--server-cpu", -1, -1, 63,
        "The only CPU of the started server, by taskset; -1 for any.");
    readonly Option<string?> baseline = new Option<string?>("--baseline") { Description = "Generates the same load on a SignalR hub with SQLite, and prints the ratio." }.AcceptOnlyFromAmong("signalr");
    readonly Option<string?> postgres = new("--postgres") { Description = "The started server uses this empty PostgreSQL database, and fills it.", HelpName = "connection string" };
    readonly Option<int> nodes = CommandLine.Number("--nodes", 1, 1, 8,
        "Servers that share the PostgreSQL database; clients are spread over them.");
    readonly Option<string?> bus = new Option<string?>("--bus") { Description = "Whether the servers notify each other through PostgreSQL." }.AcceptOnlyFromAmong("notify", "none");
    readonly Option<string?> json = new("--json") { Description = "Also writes the figures to this file.", HelpName = "file" };
    readonly Option<int> clients = CommandLine.Number("--clients", 100, 1, MostClients, "Connections.");
    readonly Option<int> senders = CommandLine.Number("--senders", 20, 1, MostClients, "Clients that send.");
    readonly Option<int> rate = CommandLine.Number("--rate", 0, 0, 1_000_000,
        "Messages a second of all senders; 0 for a closed loop: as fast as each sender receives its own messages.");
    readonly Option<int> window = CommandLine.Number("--window", 4, 1, 1000, "Messages that each sender of a closed loop has under way.");
    readonly Option<int> size = CommandLine.Number("--size", 80, 60, 16_000, "Characters of a message; of a frame for send-limit.");
    readonly Option<int> stalled = CommandLine.Number("--stalled", 0, 0, MostClients, "Clients that stop reading.");
    readonly Option<int> history = CommandLine.Number("--history", 1000, 0, 1_000_000,
        "Messages that are written before the clients join.");
    readonly Option<int> seconds = CommandLine.Number("--seconds", 10, 1, 600, "Time of the measurement.");
    readonly Option<int> warmup = CommandLine.Number("--warmup", 2, 0, 60, "Seconds of load before the measurement.");
    readonly Option<int> drain = CommandLine.Number("--drain", 5, 1, 60,
        "Seconds without any delivery after which missing messages count as lost.");

    public static RootCommand Create()
    {
        var commands = new LoadCommands();
        Option[] servers =
        [
            commands.port, commands.host, commands.pid, commands.anywhere, commands.serverCpu, commands.baseline, commands.postgres,
            commands.nodes, commands.bus, commands.json,
        ];
        return new RootCommand("Generates load on an ActorChat server and measures it.")
        {
            commands.For(
                LoadMode.Fanout, "fanout", "Clients of one conversation, some of whom send; every receipt is counted.",
                [commands.clients, commands.senders, commands.rate, commands.window, commands.size, commands.stalled, commands.seconds,
                    commands.warmup, commands.drain, .. servers]),
            commands.For(
                LoadMode.Idle, "idle", "Open and silent connections: memory and CPU of each.",
                [commands.clients, commands.seconds, .. servers]),
            commands.For(
                LoadMode.Join, "join", "A history, then many clients that join at once.",
                [commands.clients, commands.history, commands.size, .. servers]),
            commands.For(
                LoadMode.SendLimit, "send-limit", "No server: the least CPU that writing frames to sockets costs on this machine (Linux).",
                [commands.clients, commands.size, commands.rate, commands.seconds, commands.serverCpu, commands.json]),
            SignalRServer.Command(),
        };
    }

    Command For(LoadMode mode, string name, string description, Option[] options)
    {
        var command = new Command(name, description);
        foreach (var option in options) command.Add(option);
        command.SetAction(async parsed =>
        {
            var read = Read(mode, parsed);
            if (read.Conflict() is { } why) return await CommandLine.RefuseAsync(why);
            try
            {
                return await LoadComparison.RunAsync(read);
            }
            catch (LoadException e)
            {
                await Console.Error.WriteLineAsync(e.Message);
                return 1;
            }
        });
        return command;
    }

    LoadOptions Read(LoadMode mode, ParseResult parsed) => new()
    {
        Mode = mode,
        Host = parsed.GetValue(host) ?? IPAddress.Loopback,
        Port = parsed.GetValue(port),
        Pid = parsed.GetValue(pid),
        Anywhere = parsed.GetValue(anywhere),
        ServerCpu = parsed.GetValue(serverCpu) is >= 0 and var cpu ? cpu : null,
        Baseline = parsed.GetValue(baseline),
        Postgres = parsed.GetValue(postgres),
        Bus = parsed.GetValue(bus),
        Nodes = parsed.GetValue(nodes),
        Json = parsed.GetValue(json),
        Clients = parsed.GetValue(clients),
        Senders = parsed.GetValue(senders),
        Rate = parsed.GetValue(rate),
        Window = parsed.GetValue(window),
        Size = parsed.GetValue(size),
        Stalled = parsed.GetValue(stalled),
        History = parsed.GetValue(history),
        Seconds = parsed.GetValue(seconds),
        Warmup = parsed.GetValue(warmup),
        Drain = parsed.GetValue(drain),
    };

    static Option<IPAddress> Host() => new("--host")
    {
        Description = "The address of the existing server.",
        HelpName = "address",
        DefaultValueFactory = _ => IPAddress.Loopback,
        CustomParser = given =>
        {
            var word = given.Tokens[0].Value;
            if (word == "localhost") return IPAddress.Loopback;
            if (IPAddress.TryParse(word, out var address)) return address;
            given.AddError($"--host takes an IP address, not '{word}'.");
            return null;
        },
    };
}
