using System.Diagnostics;

namespace ActorChat.Server.Tests.Processes;

/// <summary>Waiting for what must come, with an end to the patience.</summary>
static class Deadline
{
    static readonly TimeSpan Step = TimeSpan.FromMilliseconds(25);

    /// <summary>For what takes milliseconds on a machine that has nothing else to do.</summary>
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

    /// <summary>What has to be quick, tried once more, and once again, where it was not: perhaps this machine stood still in the middle of it.</summary>
    public static Task OneOfThreeAsync(Func<Task<bool>> attempt, string orElse) => OneOfAsync([1, 2, 3], _ => attempt(), orElse);

    /// <summary>The same in several ways, one after the other, until one does.</summary>
    public static async Task OneOfAsync<T>(T[] ways, Func<T, Task<bool>> attempt, string orElse)
    {
        foreach (var way in ways)
            if (await attempt(way))
                return;
        Assert.Fail(orElse);
    }

    public static Task UntilAsync(Func<bool> holds, string orElse) => UntilAsync(() => Task.FromResult(holds()), Usual, () => orElse);
}
