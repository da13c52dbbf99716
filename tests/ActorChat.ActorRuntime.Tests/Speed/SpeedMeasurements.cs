using System.Diagnostics;
using System.Globalization;
using Akka.Actor;
using Xunit.Abstractions;

namespace ActorChat.ActorRuntime.Tests;

/// <summary>
/// Numbers, not promises: does nothing unless ACTOR_SPEED is set. The same file measures Akka.NET (-p:ActorRuntime=Akka), so that the
/// two can be compared on one machine.
/// </summary>
public class SpeedMeasurements(ITestOutputHelper output)
{
    private const int Rounds = 3;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    [Fact]
    public async Task How_many_messages_a_second_and_how_many_bytes_an_idle_actor()
    {
        if (Environment.GetEnvironmentVariable("ACTOR_SPEED") is null)
            return;
        var system = ActorSystem.Create("speed");
        for (var round = 0; round < Rounds; round++)
        {
            await Measure("tell, one sender", 2_000_000, count => Tell(system, count, senders: 1));
            await Measure("tell, eight senders", 2_000_000, count => Tell(system, count, senders: 8));
            await Measure("ping-pong, round trips", 500_000, count => PingPong(system, count));
            await Measure("ask, one after the other", 200_000, count => AskInTurn(system, count));
            await Measure("fan-out to 1000", 1_000_000, count => FanOut(system, count));
        }
        Say("bytes an idle ReceiveActor with three handlers", BytesPerActor(system, 50_000));
        await system.Terminate();
    }

    private static async Task Tell(ActorSystem system, int count, int senders)
    {
        var counter = system.ActorOf(Props.Create(() => new Counter()));
        await Task.WhenAll(Enumerable.Range(0, senders).Select(_ => Task.Run(() =>
        {
            for (var i = 0; i < count / senders; i++)
                counter.Tell(system, ActorRefs.NoSender);
        })));
        await counter.Ask<int>("how many?", Patience);
    }

    private static async Task PingPong(ActorSystem system, int count)
    {
        var pong = system.ActorOf(Props.Create(() => new Pong()));
        await system.ActorOf(Props.Create(() => new Ping(pong, count))).Ask<int>("start", Patience);
    }

    private static async Task AskInTurn(ActorSystem system, int count)
    {
        var pong = system.ActorOf(Props.Create(() => new Pong()));
        for (var i = 0; i < count; i++)
            await pong.Ask<int>(i, Patience);
    }

    private static async Task FanOut(ActorSystem system, int count)
    {
        var counters = Enumerable.Range(0, 1000).Select(_ => system.ActorOf(Props.Create(() => new Counter()))).ToArray();
        for (var i = 0; i < count; i++)
            counters[i % counters.Length].Tell(system, ActorRefs.NoSender);
        foreach (var counter in counters)
            await counter.Ask<int>("how many?", Patience);
    }

    private static double BytesPerActor(ActorSystem system, int count)
    {
        var actors = new IActorRef[count];
        var before = GC.GetTotalMemory(forceFullCollection: true);
        for (var i = 0; i < count; i++)
        {
            actors[i] = system.ActorOf(Props.Create(() => new Counter()));
            actors[i].Tell(system, ActorRefs.NoSender);
        }
        Thread.Sleep(2000);
        var bytes = GC.GetTotalMemory(forceFullCollection: true) - before;
        GC.KeepAlive(actors);
        return (double)bytes / count;
    }

    private async Task Measure(string what, int count, Func<int, Task> run)
    {
        var start = Stopwatch.GetTimestamp();
        await run(count);
        Say(what + ", a second", count / Stopwatch.GetElapsedTime(start).TotalSeconds);
    }

    private void Say(string what, double number) =>
        output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{what,-50}{number,14:N0}"));

    private sealed class Counter : ReceiveActor
    {
        private int count;

        public Counter()
        {
            Receive<string>(_ => Sender.Tell(count));
            Receive<int>(i => count += i);
            Receive<ActorSystem>(_ => count++);
        }
    }

    private sealed class Pong : ReceiveActor
    {
        public Pong() => Receive<int>(i => Sender.Tell(i));
    }

    private sealed class Ping : ReceiveActor
    {
        public Ping(IActorRef pong, int rounds)
        {
            var asker = ActorRefs.NoSender;
            Receive<string>(_ =>
            {
                asker = Sender;
                pong.Tell(1);
            });
            Receive<int>(i =>
            {
                if (i == rounds)
                    asker.Tell(i);
                else
                    pong.Tell(i + 1);
            });
        }
    }
}
