using System.Diagnostics;
using Akka.Actor;

namespace ActorChat.ActorRuntime.Tests;

/// <summary>T30, where we ask more of ourselves than Akka.NET does: sockets and timers share the pool with the actors.</summary>
public class FairnessSpecs
{
    [Fact]
    public async Task Work_from_outside_gets_its_turn_while_actors_talk_without_end()
    {
        using var system = ActorSystem.Create("fairness");
        for (var i = 0; i < 8; i++)
        {
            var left = system.ActorOf(Props.Create(() => new Endless()));
            left.Tell("go", system.ActorOf(Props.Create(() => new Endless())));
        }
        await Task.Delay(300);
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
        Assert.True(waits[25] < 50, $"median {waits[25]} ms");
    }

    private sealed class Endless : UntypedActor
    {
        protected override void OnReceive(object message) => Sender.Tell(message);
    }
}
