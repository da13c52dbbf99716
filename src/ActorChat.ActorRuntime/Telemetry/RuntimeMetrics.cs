using System.Collections.Concurrent;
using System.Diagnostics.Metrics;

namespace Akka.Actor;

/// <summary>What the runtime measures of itself. Gauges are computed when somebody looks, so that telling a message counts nothing.</summary>
internal static class RuntimeMetrics
{
    private static readonly Meter Meter = new("ActorChat.ActorRuntime");
    public static readonly ConcurrentDictionary<ActorSystem, byte> Systems = new();

    public static readonly Counter<long> DeadLetters =
        Meter.CreateCounter<long>("akka.dead_letters", "{message}", "Messages that could not be delivered.");

    public static readonly Counter<long> Restarts =
        Meter.CreateCounter<long>("akka.restarts", "{restart}", "Actors restarted after a failure.");

    static RuntimeMetrics()
    {
        Meter.CreateObservableGauge(
            "akka.mailbox.depth", static () => Systems.Keys.Sum(system => system.CountQueuedMessages()), "{message}", "Messages waiting in mailboxes.");
        Meter.CreateObservableGauge(
            "akka.actors", static () => Systems.Keys.Sum(system => system.ActorCount), "{actor}", "Actors alive.");
    }
}
