namespace Akka;

/// <summary>The result of work that has no result: what a task of <see cref="Actor.CoordinatedShutdown"/> returns.</summary>
public sealed class Done
{
    public static readonly Done Instance = new();
    private Done() { }
}
