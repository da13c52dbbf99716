using System.Diagnostics;
using System.Net;
using ActorChat.Selftest.Clients;
using ActorChat.Selftest.Histories;
using ActorChat.Selftest.Processes;

namespace ActorChat.Selftest.Runs;

/// <summary>Reads everything, as clients do that were not there before; each time under another name.</summary>
public sealed class FreshReader(IPEndPoint server, Recorder recorder)
{
    // A machine that stands still in the middle of a visit is not the server's doing.
    const int Tries = 3;

    int visits;

    /// <summary>What there is to read when every answer of the bot has come to its end, or patience has.</summary>
    /// <exception cref="ServerTroubleException">The server did not let it in, or not read, three times.</exception>
    public async Task<FreshReading> ReadQuietAsync(TimeSpan patience, CancellationToken stop)
    {
        for (var since = Stopwatch.StartNew(); ;)
        {
            var reading = await VisitAsync(ReadAsync, stop);
            // The log is read before the pages: what ended in between is in these alone.
            if (reading.Log.Count(e => e.Type == "answered") == reading.Messages.Count(m => m.State is not null) || since.Elapsed > patience) return reading;
            await Task.Delay(300, stop); // so that the log is not read without a pause while an answer grows
        }
    }

    /// <summary>Where the log ends now.</summary>
    /// <exception cref="ServerTroubleException">The server did not let it in, three times.</exception>
    public Task<long> HeadAsync(CancellationToken stop) => VisitAsync((session, _, _) => Task.FromResult(session.Head), stop);

    async Task<T> VisitAsync<T>(Func<ChatSession, ClientRecorder, CancellationToken, Task<T>> visit, CancellationToken stop)
    {
        for (var tries = 1; ; tries++)
        {
            var name = $"fresh.{++visits}";
            var record = new ClientRecorder(recorder, name);
            try
            {
                await using var session = await ChatSession.OpenAsync(server, record, 1, new Arrival(name), _ => { }, stop: stop);
                return await visit(session, record, stop);
            }
            catch (IOException e)
            {
                if (tries == Tries) throw new ServerTroubleException($"A fresh client could not read the log: {e.Message}");
            }
        }
    }

    static async Task<FreshReading> ReadAsync(ChatSession session, ClientRecorder record, CancellationToken stop)
    {
        for (var from = 1L; from <= session.Head; from += 1000) await session.PullAsync(from, Math.Min(session.Head, from + 999), Source.Pull, stop);
        for (long? before = session.Head + 1; before is not null;) before = await session.PageAsync(before.Value, 100, stop);
        var entries = record.ToHistory().Entries;
        var log = entries.OfType<Saw>().Where(s => s.How == Source.Pull).Select(s => s.Event).ToArray();
        var pages = entries.OfType<ReadPage>().Reverse().SelectMany(p => p.Messages).ToArray();
        return new FreshReading(session.Head, log, pages);
    }
}
