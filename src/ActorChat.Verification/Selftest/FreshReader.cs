using System.Net;
using ActorChat.Verification.Clients;
using ActorChat.Verification.Histories;

namespace ActorChat.Verification.Selftest;

/// <summary>Reads everything, as a client does that was not there before.</summary>
public static class FreshReader
{
    /// <exception cref="IOException">The connection ended meanwhile.</exception>
    public static async Task<FreshReading> ReadAsync(IPEndPoint server, Recorder recorder, string name, CancellationToken stop)
    {
        var record = new ClientRecorder(recorder, name);
        await using var session = await ChatSession.OpenAsync(server, record, 1, new Arrival(name), _ => { }, stop: stop);
        for (var from = 1L; from <= session.Head; from += 1000) await session.PullAsync(from, Math.Min(session.Head, from + 999), Source.Pull, stop);
        for (long? before = session.Head + 1; before is not null;) before = await session.PageAsync(before.Value, 100, stop);
        var entries = record.ToHistory().Entries;
        var log = entries.OfType<Saw>().Where(s => s.How == Source.Pull).Select(s => s.Event).ToArray();
        var pages = entries.OfType<ReadPage>().Reverse().SelectMany(p => p.Messages).ToArray();
        return new FreshReading(session.Head, log, pages);
    }

    /// <summary>The same, when every answer of the bot has come to its end, or patience has.</summary>
    public static async Task<FreshReading> ReadQuietAsync(IPEndPoint server, Recorder recorder, TimeSpan patience, CancellationToken stop)
    {
        var deadline = Environment.TickCount64 + (long)patience.TotalMilliseconds;
        for (var i = 1; ; i++)
        {
            var reading = await ReadAsync(server, recorder, $"fresh.{i}", stop);
            // The log is read before the pages: what ended in between is in these alone.
            if (reading.Log.Count(e => e.Type == "answered") == reading.Messages.Count(m => m.State is not null) || Environment.TickCount64 > deadline) return reading;
            await Task.Delay(300, stop);
        }
    }
}
