using System.Net;

namespace ActorChat.LoadTool;

/// <summary>The load could not be generated.</summary>
sealed class LoadException(string message) : Exception(message);

/// <summary>What is measured, and on which server. Not every mode uses every property.</summary>
sealed record LoadOptions
{
    public required LoadMode Mode { get; init; }
    public IPAddress Host { get; init; } = IPAddress.Loopback;

    /// <summary>Of an existing server; 0 to start one.</summary>
    public int Port { get; init; }

    /// <summary>Of an existing server, for its CPU and memory; 0 if unknown.</summary>
    public int Pid { get; init; }

    /// <summary>Whether the host may be another machine.</summary>
    public bool Anywhere { get; init; }

    /// <summary>The only CPU of the servers that are started; for the send limit, of the sending thread.</summary>
    public int? ServerCpu { get; init; }

    public string? Baseline { get; init; }
    public string? Postgres { get; init; }
    public string? Bus { get; init; }
    public int Nodes { get; init; }
    public string? Json { get; init; }
    public int Clients { get; init; }
    public int Senders { get; init; }

    /// <summary>Messages a second of all senders; 0 for a closed loop.</summary>
    public int Rate { get; init; }

    /// <summary>Unanswered messages of each sender in a closed loop.</summary>
    public int Window { get; init; }

    /// <summary>Characters of a message; for the send limit, bytes of a frame.</summary>
    public int Size { get; init; }

    /// <summary>Clients that stop reading.</summary>
    public int Stalled { get; init; }

    /// <summary>Messages that exist before the measured clients join.</summary>
    public int History { get; init; }

    public int Seconds { get; init; }
    public int Warmup { get; init; }
    public int Drain { get; init; }

    /// <summary>Why these options do not fit together; null if they do.</summary>
    public string? Conflict()
    {
        if (!IPAddress.IsLoopback(Host) && !Anywhere)
            return $"{Host} is not this machine. Generate load on other machines with --anywhere, and only on your own.";
        if (Port == 0 && !IPAddress.IsLoopback(Host)) return "A --host needs a --port.";
        if (Port != 0 && Baseline is not null) return "A --baseline is compared with a server that this tool starts: without --port.";
        if (Postgres is null && (Nodes > 1 || Bus is not null)) return "--nodes and --bus need a --postgres database.";
        if (Postgres is not null && Port != 0) return "An existing server has its own database: --port without --postgres.";
        if (Stalled >= Clients && Mode == LoadMode.Fanout) return "Some clients must read: --stalled is less than --clients.";
        return null;
    }
}

enum LoadMode { Fanout, Idle, Join, SendLimit }
