using System.Diagnostics;
using Akka.Actor;

namespace ActorChat.ActorRuntime.Tests;

/// <summary>What others do in the process meanwhile would be measured, too.</summary>
[CollectionDefinition(nameof(Undisturbed), DisableParallelization = true)]
public class Undisturbed;

/// <summary>T30, where we ask more of ourselves than Akka.NET does: sockets and timers share the pool with the actors.</summary>
[Collection(nameof(Undisturbed))]
public class FairnessSpecs
{
    [Fact]
    public async Task Work_from_outside_gets_its_turn_while_actors_talk_without_end()
    {
        var idle = await MedianWait();
        using var system = ActorSystem.Create("fairness");
        var said = new int[1];
        for (var i = 0; i < 8; i++)
        {
            var left = system.ActorOf(Props.Create(() => new Endless(said)));
            left.Tell("go", system.ActorOf(Props.Create(() => new Endless(said))));
        }
        Assert.True(SpinWait.SpinUntil(() => Volatile.Read(ref said[0]) > 100_000, TimeSpan.FromSeconds(30)));
        var busy = await MedianWait(); // once: a pool that starves its guests gets more threads in time
        Assert.True(busy < 50 + 10 * idle, $"median {busy} ms, and {idle} ms before they talked");
    }

    private static async Task<double> MedianWait()
    {
        var waits = new List<double>();
        for (var i = 0; i < 50; i++)
        {
            var posted = Stopwatch.GetTimestamp();
            var ran = new TaskCompletionSource();
            new Thread(() => ThreadPool.UnsafeQueueUserWorkItem(_ => ran.SetResult(), null)).Start();
            await ran.Task;
            waits.Add(Stopwatch.GetElapsedTime(posted).TotalMilliseconds);
        }
        waits.Sort();
        return waits[25];
    }

    private sealed class Endless(int[] said) : UntypedActor
    {
        protected override void OnReceive(object message)
        {
            Interlocked.Increment(ref said[0]);
            Sender.Tell(message);
        }
    }
}
