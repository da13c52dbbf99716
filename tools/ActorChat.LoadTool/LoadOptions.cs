using System.Globalization;
using System.Net;

namespace ActorChat.LoadTool;

/// <summary>The load could not be brought about.</summary>
public sealed class LoadException(string message) : Exception(message);

/// <summary>What is to be measured. Everything has a bound: this is a tool for one's own server.</summary>
public sealed record LoadOptions
{
    public const string Usage = """
        usage: fanout|idle|join|wall [options]
          fanout  members of one conversation, some of whom talk; every receipt is counted
          idle    connections that are open and silent: memory and CPU for each
          join    a history, then many who come at once
          wall    no server: what writing frames of --size bytes to --clients sockets costs here at least, without a pause or --rate times a second
        where   (nothing)               a server of its own is started on a free port, with rate limits off
                --port P [--host H]     an existing server; --pid N reads its CPU and memory; --anywhere allows a host that is not this machine
                --server-cpu N          its own server runs on that CPU only (taskset); wall: what writes
                --postgres CONNECTION   its own server on an empty PostgreSQL database, which it fills; --nodes N: so many servers, the members spread over
                                        them; --bus none: without a doorbell between them
                --baseline signalr      the same load on a SignalR hub with SQLite, and the ratio
        what    --clients N    100      members (idle: connections; join: joiners)
                --senders N    20       of them talk
                --rate R       0        messages a second in all; 0: as fast as each sender gets its own back
                --window N     4        messages that a sender has under way, where there is no rate
                --size N       80       characters of a message
                --stall N      0        members that stop reading
                --history N    1000     messages before anybody joins
                --seconds S    10       --warmup S 2    --drain S 5
        out     --json FILE
        """;

    const int MostClients = 20_000;

    public string Mode { get; private init; } = "";
    public IPAddress Host { get; private init; } = IPAddress.Loopback;
    public int Port { get; private set; }
    public int Pid { get; private set; }
    public bool Anywhere { get; private set; }
    public int? ServerCpu { get; private set; }
    public string? Baseline { get; private set; }
    public string? Postgres { get; private set; }
    public string? Bus { get; private set; }
    public int Nodes { get; private set; } = 1;
    public string? Json { get; private set; }
    public int Clients { get; private set; } = 100;
    public int Senders { get; private set; } = 20;
    public int Rate { get; private set; }
    public int Window { get; private set; } = 4;
    public int Size { get; private set; } = 80;
    public int Stall { get; private set; }
    public int History { get; private set; } = 1000;
    public int Seconds { get; private set; } = 10;
    public int Warmup { get; private set; } = 2;
    public int Drain { get; private set; } = 5;

    public static LoadOptions? Parse(IReadOnlyList<string> arguments, out string why)
    {
        ArgumentNullException.ThrowIfNull(arguments);
        why = "There is no such mode.";
        if (arguments.Count == 0 || arguments[0] is not ("fanout" or "idle" or "join" or "wall")) return null;
        var options = new LoadOptions { Mode = arguments[0] };
        for (var i = 1; i < arguments.Count; i++)
        {
            var name = arguments[i];
            if (name == "--anywhere")
            {
                options.Anywhere = true;
                continue;
            }
            why = $"{name} wants a value.";
            if (++i == arguments.Count) return null;
            why = $"{name} does not take {arguments[i]}.";
            if (name == "--host")
            {
                if (arguments[i] == "localhost") continue;
                if (!IPAddress.TryParse(arguments[i], out var host)) return null;
                options = options with { Host = host };
            }
            else if (!options.Take(name, arguments[i]))
            {
                return null;
            }
        }
        why = options.Refusal() ?? "";
        return why.Length == 0 ? options : null;
    }

    bool Take(string name, string value)
    {
        switch (name)
        {
            case "--baseline": return (Baseline = value) == "signalr";
            case "--postgres": return (Postgres = value).Length > 0;
            case "--bus": return (Bus = value) is "none" or "notify";
            case "--json": return (Json = value).Length > 0;
        }
        if (!int.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out var n)) return false;
        switch (name)
        {
            case "--port" when n is > 0 and < 65536: Port = n; return true;
            case "--pid": Pid = n; return true;
            case "--server-cpu": ServerCpu = n; return true;
            case "--nodes" when n is > 0 and <= 8: Nodes = n; return true;
            case "--clients" when n is > 0 and <= MostClients: Clients = n; return true;
            case "--senders" when n is > 0 and <= MostClients: Senders = n; return true;
            case "--rate" when n <= 1_000_000: Rate = n; return true;
            case "--window" when n is > 0 and <= 1000: Window = n; return true;
            case "--size" when n is >= 60 and <= 16_000: Size = n; return true;
            case "--stall": Stall = n; return true;
            case "--history" when n <= 1_000_000: History = n; return true;
            case "--seconds" when n is > 0 and <= 600: Seconds = n; return true;
            case "--warmup" when n <= 60: Warmup = n; return true;
            case "--drain" when n is > 0 and <= 60: Drain = n; return true;
            default: return false;
        }
    }

    string? Refusal()
    {
        if (!IPAddress.IsLoopback(Host) && !Anywhere) return $"{Host} is not this machine. Load is brought to other machines only with --anywhere, and only to your own.";
        if (Port == 0 && !IPAddress.IsLoopback(Host)) return "A server elsewhere has a --port.";
        if (Port != 0 && Baseline is not null) return "A baseline is compared with a server that is started here: without --port.";
        if (Postgres is null && (Nodes > 1 || Bus is not null)) return "Several servers share a --postgres database.";
        if (Postgres is not null && Port != 0) return "An existing server has its database: without --postgres.";
        if (Stall >= Clients) return "Somebody has to read: --stall is less than --clients.";
        return null;
    }
}
