using System.Diagnostics;
using ActorChat.Selftest.Histories;

namespace ActorChat.Selftest.Runs;

/// <summary>
/// What a fresh client reads when nothing follows any more. A question that a kill left without an answer gets one some seconds later: a reading from before
/// that would know less than those who saw the answer begin, and the run would be called broken for it.
/// </summary>
public static class LastReading
{
    /// <param name="comeTo">Brings everybody to this head, and ends their connections: after it they are shown nothing more.</param>
    /// <param name="head">Where the log ends now.</param>
    /// <param name="patience">After it the newest reading is the last one.</param>
    public static async Task<FreshReading> ReadAsync(Func<Task<FreshReading>> read, Func<long, Task> comeTo, Func<Task<long>> head, TimeSpan patience)
    {
        ArgumentNullException.ThrowIfNull(read);
        ArgumentNullException.ThrowIfNull(comeTo);
        ArgumentNullException.ThrowIfNull(head);
        var since = Stopwatch.StartNew();
        while (true)
        {
            var reading = await read();
            await comeTo(reading.Head);
            if (await head() == reading.Head || since.Elapsed > patience) return reading;
        }
    }
}
