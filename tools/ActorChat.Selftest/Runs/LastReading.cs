using System.Diagnostics;
using ActorChat.Selftest.Histories;

namespace ActorChat.Selftest.Runs;

/// <summary>
/// Reads the log when nothing follows any more. A question that lost its answer to a kill is answered some seconds later. Without that
/// answer the reading would lack what other clients received, and the run would fail.
/// </summary>
static class LastReading
{
    /// <param name="catchUp">Lets every client read up to this head and disconnects it.</param>
    /// <param name="head">Reads the current head of the log.</param>
    /// <param name="limit">After this time the newest reading is the last one.</param>
    public static async Task<FreshReading> ReadAsync(Func<Task<FreshReading>> read, Func<long, Task> catchUp, Func<Task<long>> head,
        TimeSpan limit)
    {
        var since = Stopwatch.StartNew();
        while (true)
        {
            var reading = await read();
            await catchUp(reading.Head);
            if (await head() == reading.Head || since.Elapsed > limit) return reading;
        }
    }
}
