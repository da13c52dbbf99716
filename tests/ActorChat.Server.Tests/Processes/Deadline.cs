using System.Diagnostics;

namespace ActorChat.Server.Tests.Processes;

/// <summary>Polls for a condition until a deadline.</summary>
static class Deadline
{
    static readonly TimeSpan Step = TimeSpan.FromMilliseconds(25);

    /// <summary>The deadline for operations that take milliseconds on an idle machine.</summary>
    public static readonly TimeSpan Usual = TimeSpan.FromSeconds(40);

    public static async Task UntilAsync(Func<Task<bool>> holds, TimeSpan timeout, Func<string> orElse)
    {
        var since = Stopwatch.StartNew();
        while (!await holds())
        {
            Assert.True(since.Elapsed < timeout, orElse());
            await Task.Delay(Step);
        }
    }

    /// <summary>Runs a time-critical test up to three times, because the machine may pause during an attempt.</summary>
    public static Task OneOfThreeAsync(Func<Task<bool>> attempt, string orElse) => OneOfAsync([1, 2, 3], _ => attempt(), orElse);

    /// <summary>Tries one variant after the other until an attempt returns true.</summary>
    public static async Task OneOfAsync<T>(T[] variants, Func<T, Task<bool>> attempt, string orElse)
    {
        foreach (var variant in variants)
            if (await attempt(variant))
                return;
        Assert.Fail(orElse);
    }

    public static Task UntilAsync(Func<bool> holds, string orElse) => UntilAsync(() => Task.FromResult(holds()), Usual, () => orElse);
}
