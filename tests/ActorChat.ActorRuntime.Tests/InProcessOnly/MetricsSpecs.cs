using System.Diagnostics.Metrics;
using Akka.Actor;

namespace ActorChat.ActorRuntime.Tests;

public class MetricsSpecs
{
    [Fact]
    public async Task The_runtime_counts_dead_letters_restarts_actors_and_waiting_messages()
    {
        var sums = new System.Collections.Concurrent.ConcurrentDictionary<string, long>();
        using var listener = new MeterListener();
        listener.InstrumentPublished = (instrument, self) =>
        {
            if (instrument.Meter.Name == "ActorChat.ActorRuntime")
                self.EnableMeasurementEvents(instrument);
        };
        listener.SetMeasurementEventCallback<long>((instrument, value, _, _) => sums.AddOrUpdate(instrument.Name, value, (_, sum) => sum + value));
        listener.SetMeasurementEventCallback<int>((instrument, value, _, _) => sums[instrument.Name] = value);
        listener.Start();
        using var system = ActorSystem.Create("metrics");
        using var gate = new ManualResetEventSlim();
        var actor = system.ActorOf(Props.Create(() => new Fragile(gate)));
        for (var i = 0; i < 500; i++)
            actor.Tell(i);
        system.DeadLetters.Tell("lost");
        listener.RecordObservableInstruments();
        // Of all systems in the process: other specs have theirs.
        Assert.InRange(sums["akka.mailbox.depth"], 400, long.MaxValue);
        Assert.InRange(sums["akka.actors"], 3, long.MaxValue);
        Assert.InRange(sums["akka.dead_letters"], 1, long.MaxValue);
        gate.Set();
        actor.Tell("boom");
        await actor.Ask<string>("done?", TimeSpan.FromSeconds(20));
        Assert.InRange(sums["akka.restarts"], 1, long.MaxValue);
    }

    private sealed class Fragile : ReceiveActor
    {
        public Fragile(ManualResetEventSlim gate)
        {
            Receive<int>(_ => gate.Wait(TimeSpan.FromSeconds(20)));
            Receive<string>(text => text == "boom", _ => throw new InvalidOperationException("boom"));
            Receive<string>(_ => Sender.Tell("done"));
        }
    }
}
