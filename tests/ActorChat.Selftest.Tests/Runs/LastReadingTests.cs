using ActorChat.Selftest.Histories;
using ActorChat.Selftest.Runs;

namespace ActorChat.Selftest.Tests.Runs;

public sealed class LastReadingTests
{
    static readonly TimeSpan Long = TimeSpan.FromHours(1);

    [Fact]
    public async Task If_nothing_follows_one_reading_is_enough()
    {
        var log = new GrowingLog(7, 7);
        var last = await LastReading.ReadAsync(log.ReadAsync, log.CatchUpAsync, log.HeadAsync, Long);
        Assert.Equal(7, last.Head);
        Assert.Equal(["read 7", "catch up to 7"], log.Calls);
    }

    [Fact]
    public async Task Whatever_follows_a_reading_is_in_the_last_one_and_every_client_reads_up_to_it()
    {
        // The first reading ends at 7. Then an answer begins, so the log is read again at 9, and so on.
        var log = new GrowingLog(7, 8, 9, 10, 10, 10);
        var last = await LastReading.ReadAsync(log.ReadAsync, log.CatchUpAsync, log.HeadAsync, Long);
        Assert.Equal(10, last.Head);
        Assert.Equal(["read 7", "catch up to 7", "read 9", "catch up to 9", "read 10", "catch up to 10"], log.Calls);
    }

    [Fact]
    public async Task If_a_log_keeps_growing_the_time_limit_ends_the_reading()
    {
        var log = new GrowingLog([.. Enumerable.Range(1, 100).Select(n => (long)n)]);
        var last = await LastReading.ReadAsync(log.ReadAsync, log.CatchUpAsync, log.HeadAsync, TimeSpan.Zero);
        Assert.Equal(["read 1", "catch up to 1"], log.Calls);
        Assert.Equal(1, last.Head);
    }

    /// <param name="heads">The head that each look finds.</param>
    sealed class GrowingLog(params long[] heads)
    {
        int looks;

        public List<string> Calls { get; } = [];

        public Task<long> HeadAsync() => Task.FromResult(heads[looks++]);

        public async Task<FreshReading> ReadAsync()
        {
            var head = await HeadAsync();
            Calls.Add($"read {head}");
            return new FreshReading(head, [], []);
        }

        public Task CatchUpAsync(long head)
        {
            Calls.Add($"catch up to {head}");
            return Task.CompletedTask;
        }
    }
}
