using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using ActorChat.Actors.Persistence;
using ActorChat.Actors.Telemetry;
using ActorChat.Domain;
using Akka.Actor;
using Akka.Event;

namespace ActorChat.Actors.Tests.Telemetry;

public sealed class DeadLetterSpecs : PatientTestKit
{
    readonly ConcurrentQueue<string?> counted = [];
    readonly MeterListener listener = new();

    public DeadLetterSpecs()
    {
        listener.InstrumentPublished = (instrument, it) =>
        {
            if (instrument.Name == "actorchat.dead_letters") it.EnableMeasurementEvents(instrument);
        };
        listener.SetMeasurementEventCallback<long>((_, _, tags, _) => counted.Enqueue(tags[0].Value as string));
        listener.Start();
    }

    IActorRef Stopped()
    {
        var gone = Sys.ActorOf(Props.Empty);
        Watch(gone);
        Sys.Stop(gone);
        ExpectTerminated(gone);
        return gone;
    }

    [Fact]
    public void Messages_to_a_stopped_actor_are_counted_by_type()
    {
        Sys.ActorOf(DeadLetterActor.PropsFor());
        var gone = Stopped();
        AwaitAssert(() =>
        {
            gone.Tell(new OnlyHere("somebody's words"));
            Assert.Contains(nameof(OnlyHere), counted);
        });
    }

    [Fact]
    public void Dead_letters_are_not_logged()
    {
        Sys.EventStream.Subscribe(TestActor, typeof(LogEvent));
        var gone = Stopped();
        gone.Tell(new Persist(new ClaimName("somebody", "somebody", new TokenHash("a token")), TestActor), TestActor);
        gone.Tell("somebody's words", ActorRefs.NoSender);
        ExpectNoMsg(200);
    }

    protected override void AfterAll()
    {
        listener.Dispose();
        base.AfterAll();
    }

    sealed record OnlyHere(string Text);
}
