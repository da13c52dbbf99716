using ActorChat.Selftest.Histories;
using ActorChat.Selftest.Runs;

namespace ActorChat.Selftest.Tests.Runs;

public sealed class LastReadingTests
{
    static readonly TimeSpan Long = TimeSpan.FromHours(1);

    [Fact]
    public async Task Where_nothing_follows_one_reading_is_enough()
    {
        var log = new GrowingLog(7, 7);
        var last = await LastReading.ReadAsync(log.ReadAsync, log.ComeToAsync, log.HeadAsync, Long);
        Assert.Equal(7, last.Head);
        Assert.Equal(["read 7", "come to 7"], log.Told);
    }

    [Fact]
    public async Task Whatever_follows_a_reading_is_in_the_last_one_and_everybody_comes_to_it()
    {
        // Read at 7; when everybody had come, an answer had begun; read at 9 and so on.
        var log = new GrowingLog(7, 8, 9, 10, 10, 10);
        var last = await LastReading.ReadAsync(log.ReadAsync, log.ComeToAsync, log.HeadAsync, Long);
        Assert.Equal(10, last.Head);
        Assert.Equal(["read 7", "come to 7", "read 9", "come to 9", "read 10", "come to 10"], log.Told);
    }

    [Fact]
    public async Task A_log_that_never_rests_is_given_up_with_what_everybody_has_come_to()
    {
        var log = new GrowingLog([.. Enumerable.Range(1, 100).Select(n => (long)n)]);
        var last = await LastReading.ReadAsync(log.ReadAsync, log.ComeToAsync, log.HeadAsync, TimeSpan.Zero);
        Assert.Equal(["read 1", "come to 1"], log.Told);
        Assert.Equal(1, last.Head);
    }

    /// <param name="heads">What each look at it finds.</param>
    sealed class GrowingLog(params long[] heads)
    {
        int looks;

        public List<string> Told { get; } = [];

        public Task<long> HeadAsync() => Task.FromResult(heads[looks++]);

        public async Task<FreshReading> ReadAsync()
        {
            var head = await HeadAsync();
            Told.Add($"read {head}");
            return new FreshReading(head, [], []);
        }

        public Task ComeToAsync(long head)
        {
            Told.Add($"come to {head}");
            return Task.CompletedTask;
        }
    }
}
