using Akka.Actor;
using Akka.Event;
using Akka.Hosting;

namespace ActorChat.Actors.Telemetry;

/// <summary>
/// Counts messages that found nobody, by their type. Made once, under /user. Akka's own listener, which would log them with their content,
/// is
/// off: a log never holds what people say, or a token. Some are usual: what was on its way to a session that has just ended.
/// </summary>
internal sealed class DeadLetterActor : ReceiveActor
{
    public DeadLetterActor() => Receive<AllDeadLetters>(letter => ChatMetrics.DeadLetter(letter.Message.GetType().Name));

    public static Props PropsFor() => Props.Create<DeadLetterActor>();

    protected override void PreStart()
    {
        Context.System.EventStream.Subscribe(Self, typeof(DeadLetter));
        Context.System.EventStream.Subscribe(Self, typeof(Dropped));
    }
}

public static class DeadLetterHosting
{
    /// <summary>Counts dead letters as <c>actorchat.dead_letters</c>.</summary>
    public static AkkaConfigurationBuilder AddDeadLetterCount(this AkkaConfigurationBuilder builder) =>
        builder.WithActors((system, _) => system.ActorOf(DeadLetterActor.PropsFor(), "dead-letters"));
}
