using System.Diagnostics;

namespace ActorChat.Server.Tests.Browser;

/// <summary>
/// A page replaces a connection whose reply is six seconds late. If the whole machine is paused for that long, a live connection looks
/// the same, and the page
/// may take a new one that the test did not intend.
/// </summary>
static class PauseDetector
{
    static readonly TimeSpan Dead = TimeSpan.FromSeconds(6), Margin = TimeSpan.FromSeconds(0.5);

    /// <summary>Whether a part of a test took long enough for the page to have replaced its connection.</summary>
    public static bool MayHaveReconnected(Stopwatch part) => part.Elapsed > Dead - Margin;
}
