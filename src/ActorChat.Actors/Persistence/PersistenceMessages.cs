using System.Diagnostics;
using ActorChat.Domain;
using Akka.Actor;

namespace ActorChat.Actors.Persistence;

/// <summary>Make this durable and tell <paramref name="ReplyTo"/>.</summary>
/// <param name="Tag">Comes back with the outcome as it is: what the asker needs to go on.</param>
public sealed record Persist(StoreCommand Command, IActorRef ReplyTo, object? Tag = null);

/// <summary>The same for several at once: they stay together, in their order.</summary>
public sealed record PersistAll(IReadOnlyList<Persist> Requests);

/// <summary>What one commit did for one asker, in the order in which it asked. One commit is one such message.</summary>
/// <param name="Trace">The span of the commit; default if none is recorded.</param>
public sealed record Persisted(IReadOnlyList<PersistedItem> Items, ActivityContext Trace = default) : INotInfluenceReceiveTimeout;

public readonly record struct PersistedItem(StoreCommand Command, object? Tag, StoreOutcome Outcome);

/// <summary>The store could not take it; nothing was saved.</summary>
public sealed record NotStored(string Reason) : StoreOutcome;

/// <summary>Too much is waiting for the store already; nothing was saved.</summary>
public sealed record StoreBusy : StoreOutcome;

/// <summary>Asks whether the store can store: answered with a <see cref="Persisted"/> of one <see cref="ProbeWrite"/>.</summary>
public sealed record ProbeStore
{
    public static readonly ProbeStore Instance = new();
}

/// <summary>Answered with <see cref="Flushed"/> as soon as nothing waits to be committed.</summary>
public sealed record Flush
{
    public static readonly Flush Instance = new();
}

public sealed record Flushed
{
    public static readonly Flushed Instance = new();
}
