using System.Text.RegularExpressions;

namespace ActorChat.Server.Tests.Storage;

/// <summary>What strace wrote of a server: writes into the WAL, syncs of it, and acknowledgements on their way into a socket.</summary>
static partial class SystemCallTrace
{
    /// <param name="log">A file for the trace.</param>
    public static IReadOnlyList<string> Arguments(string log) =>
        ["-f", "-qq", "--seccomp-bpf", "-s", "8192", "-e", "trace=open,openat,pwrite64,fsync,fdatasync,write,writev,sendto,sendmsg", "-e", "signal=none", "-o", log];

    /// <summary>For each acknowledgement, in order: whether a sync was finished that began after a write into the WAL that came after the acknowledgement before.</summary>
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
                unfinished.Clear(); // what ends from here on ended too late
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
