using System.Diagnostics;

namespace ActorChat.Server.Tests.Browser;

/// <summary>
/// How many lines a page takes in one part of a test: more than were meant are a fault where the machine did not stand still. A page leaves a line whose answer is six seconds late,
/// and a machine that stands still looks just like such a line.
/// </summary>
sealed class Takings(Line line)
{
    static readonly TimeSpan Dead = TimeSpan.FromSeconds(6), Margin = TimeSpan.FromSeconds(0.5);

    readonly int before = line.Connections;
    readonly Stopwatch clock = Stopwatch.StartNew();

    public int Taken => line.Connections - before;

    public bool MayHaveBeen => MayBeIn(clock);

    /// <summary>Whether a part of a test took long enough for a page to leave its line, or so many one after the other.</summary>
    public static bool MayBeIn(Stopwatch part, int times = 1) => part.Elapsed > times * Dead - Margin;

    /// <param name="lines">As many as were meant.</param>
    /// <param name="afterWaiting">Where one of them is meant to come after the six seconds.</param>
    public void AssertTaken(int lines, bool afterWaiting = false)
    {
        var (taken, mayBeMore) = (Taken, MayBeIn(clock, afterWaiting ? 2 : 1));
        Assert.True(taken == lines || (taken > lines && mayBeMore), $"The page took {taken} lines in {clock.Elapsed}, not {lines}.");
    }
}
