using System.Diagnostics;
using ActorChat.Domain;
using Akka.Actor;

namespace ActorChat.Actors.Persistence;

/// <summary>Stores a command; the outcome goes to <paramref name="ReplyTo"/> in a <see cref="Persisted"/>.</summary>
/// <param name="Tag">Returned unchanged with the outcome: what the asker needs to continue.</param>
sealed record Persist(StoreCommand Command, IActorRef ReplyTo, object? Tag = null);

/// <summary>Stores several commands, which stay together and in order.</summary>
sealed record PersistAll(IReadOnlyList<Persist> Requests);

/// <summary>
/// The outcomes of one commit for one asker, in the order of its commands. One commit sends one such message to each asker.
/// </summary>
/// <param name="Trace">The span of the commit; default if none is recorded.</param>
public sealed record Persisted(IReadOnlyList<PersistedItem> Items, ActivityContext Trace = default) : INotInfluenceReceiveTimeout;

public readonly record struct PersistedItem(StoreCommand Command, object? Tag, StoreOutcome Outcome);

/// <summary>The store failed; nothing was saved.</summary>
sealed record NotStored(string Reason) : StoreOutcome;

/// <summary>The queue for the store is full; nothing was saved.</summary>
sealed record StoreBusy : StoreOutcome;

/// <summary>Asks whether the store can write. Answered with a <see cref="Persisted"/> of one <see cref="ProbeWrite"/>.</summary>
public sealed record ProbeStore
{
    public static readonly ProbeStore Instance = new();
}

/// <summary>Answered with <see cref="Flushed"/> as soon as no commit is running and none waits.</summary>
public sealed record Flush
{
    public static readonly Flush Instance = new();
}

public sealed record Flushed
{
    public static readonly Flushed Instance = new();
}
