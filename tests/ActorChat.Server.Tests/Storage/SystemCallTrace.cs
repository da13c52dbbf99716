using System.Text.RegularExpressions;

namespace ActorChat.Server.Tests.Storage;

/// <summary>Reads an strace of a server: writes to the WAL, syncs of the WAL, and acknowledgements written to a socket.</summary>
static partial class SystemCallTrace
{
    /// <param name="log">A file for the trace.</param>
    public static IReadOnlyList<string> Arguments(string log) =>
    [
        "-f", "-qq", "--seccomp-bpf", "-s", "8192",
        "-e", "trace=open,openat,pwrite64,fsync,fdatasync,write,writev,sendto,sendmsg", "-e", "signal=none", "-o", log,
    ];

    /// <summary>
    /// Returns a value for each acknowledgement in order. It is true if, since the previous acknowledgement, there was a write to the WAL
    /// and then a complete sync.
    /// </summary>
    public static IReadOnlyList<bool> AcknowledgementsAfterSync(IEnumerable<string> lines)
    {
        var outcome = new List<bool>();
        var wal = new HashSet<string>();
        var unfinished = new Dictionary<string, (string Call, bool AfterWrite)>();
        var (written, synced) = (false, false);
        foreach (var line in lines)
        {
            var thread = line[..line.IndexOf(' ', StringComparison.Ordinal)];
            if (Opened().Match(line) is { Success: true } opened) wal.Add(opened.Groups[1].Value);
            else if (Acknowledged().IsMatch(line))
            {
                outcome.Add(synced);
                (written, synced) = (false, false);
                unfinished.Clear(); // a sync that ends after this acknowledgement does not count for it
            }
            else if (Call().Match(line) is { Success: true } call && wal.Contains(call.Groups[2].Value))
            {
                var isSync = call.Groups[1].Value != "pwrite64";
                if (!isSync) written = true;
                else if (line.EndsWith("<unfinished ...>", StringComparison.Ordinal)) unfinished[thread] = (call.Groups[1].Value, written);
                else synced |= written && line.EndsWith("= 0", StringComparison.Ordinal);
            }
            else if (Resumed().IsMatch(line) && unfinished.Remove(thread, out var begun))
            {
                synced |= begun.AfterWrite && line.EndsWith("= 0", StringComparison.Ordinal);
            }
        }
        return outcome;
    }

    [GeneratedRegex(@"open(?:at)?\(.*-wal"".* = (\d+)$")]
    private static partial Regex Opened();

    [GeneratedRegex(@"\b(?:write|writev|sendto|sendmsg)\(.*\\""type\\"":\\""ok\\"",\\""re\\"":\d+,\\""seq\\""")]
    private static partial Regex Acknowledged();

    [GeneratedRegex(@"\b(pwrite64|fsync|fdatasync)\((\d+)")]
    private static partial Regex Call();

    [GeneratedRegex(@"<\.\.\. f(?:data)?sync resumed>")]
    private static partial Regex Resumed();
}
