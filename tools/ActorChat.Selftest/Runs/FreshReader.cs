using System.Diagnostics;
using System.Net;
using ActorChat.Selftest.Clients;
using ActorChat.Selftest.Histories;
using ActorChat.Selftest.Processes;

namespace ActorChat.Selftest.Runs;

/// <summary>Reads the whole log as a new client, each time under another name.</summary>
sealed class FreshReader(IPEndPoint server, Recorder recorder)
{
    // A frozen machine can break a connection. That is no fault of the server.
    const int Tries = 3;

    int sessions;

    /// <summary>Reads the log until every answer of the bot has ended or the time is over.</summary>
    /// <exception cref="ServerFailedException">Three connections failed.</exception>
    public async Task<FreshReading> ReadUntilQuietAsync(TimeSpan limit, CancellationToken stop)
    {
        for (var since = Stopwatch.StartNew(); ;)
        {
            var reading = await WithSessionAsync(ReadAsync, stop);
            // The log is read before the pages, so an answer that ends in between has ended only in the pages.
            if (reading.Log.Count(e => e.Type == "answered") == reading.Messages.Count(m => m.State is not null) || since.Elapsed > limit)
                return reading;
            await Task.Delay(300, stop); // do not read without a pause while an answer grows
        }
    }

    /// <summary>Reads the current head of the log.</summary>
    /// <exception cref="ServerFailedException">Three connections failed.</exception>
    public Task<long> HeadAsync(CancellationToken stop) => WithSessionAsync((session, _, _) => Task.FromResult(session.Head), stop);

    async Task<T> WithSessionAsync<T>(Func<ChatSession, ClientRecorder, CancellationToken, Task<T>> use, CancellationToken stop)
    {
        for (var tries = 1; ; tries++)
        {
            var name = $"fresh.{++sessions}";
            var record = new ClientRecorder(recorder, name);
            try
            {
                await using var session = await ChatSession.OpenAsync(server, record, 1, new Hello(name), _ => { }, stop: stop);
                return await use(session, record, stop);
            }
            catch (IOException e)
            {
                if (tries == Tries) throw new ServerFailedException($"A fresh client could not read the log: {e.Message}");
            }
        }
    }

    static async Task<FreshReading> ReadAsync(ChatSession session, ClientRecorder record, CancellationToken stop)
    {
        for (var from = 1L; from <= session.Head; from += 1000)
            await session.PullAsync(from, Math.Min(session.Head, from + 999), Source.Pull, stop);
        for (long? before = session.Head + 1; before is not null;) before = await session.PageAsync(before.Value, 100, stop);
        var entries = record.ToHistory().Entries;
        var log = entries.OfType<EventReceived>().Where(s => s.How == Source.Pull).Select(s => s.Event).ToArray();
        var pages = entries.OfType<PageReceived>().Reverse().SelectMany(p => p.Messages).ToArray();
        return new FreshReading(session.Head, log, pages);
    }
}
