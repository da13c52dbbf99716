using System.Collections;
using Akka.Actor;

namespace Akka.Hosting;

/// <summary>The well-known actors of a system by a type as key, which need not be an actor's type.</summary>
public interface IReadOnlyActorRegistry : IEnumerable<KeyValuePair<Type, IActorRef>>
{
    bool TryGet<TKey>(out IActorRef actor);
    bool TryGet(Type key, out IActorRef actor);
    IActorRef Get<TKey>();

    /// <summary>Waits until somebody registers it.</summary>
    Task<IActorRef> GetAsync<TKey>(CancellationToken ct = default);
    Task<IActorRef> GetAsync(Type key, CancellationToken ct = default);
}

public interface IActorRegistry : IReadOnlyActorRegistry
{
    void Register<TKey>(IActorRef actor, bool overwrite = false);
    bool TryRegister<TKey>(IActorRef actor, bool overwrite = false);
    bool TryRegister(Type key, IActorRef actor, bool overwrite = false);
}

public class ActorRegistryException(string message) : Exception(message);

public sealed class DuplicateActorRegistryException(string message) : ActorRegistryException(message);

public sealed class MissingActorRegistryEntryException(string message) : ActorRegistryException(message);

public class ActorRegistry : IActorRegistry
{
    private readonly Dictionary<Type, IActorRef> actors = [];
    private readonly Dictionary<Type, TaskCompletionSource<IActorRef>> awaited = [];

    public static ActorRegistry For(ActorSystem actorSystem) => actorSystem.Extension(_ => new ActorRegistry());

    public void Register<TKey>(IActorRef actor, bool overwrite = false)
    {
        ArgumentNullException.ThrowIfNull(actor);
        if (!TryRegister<TKey>(actor, overwrite))
            throw new DuplicateActorRegistryException(
                $"An actor for type {typeof(TKey)} has already been registered. Pass overwrite: true or use a different key.");
    }

    public bool TryRegister<TKey>(IActorRef actor, bool overwrite = false) => TryRegister(typeof(TKey), actor, overwrite);

    public bool TryRegister(Type key, IActorRef actor, bool overwrite = false)
    {
        if (actor is null)
            return false;
        lock (actors)
        {
            if (!overwrite && actors.ContainsKey(key))
                return false;
            actors[key] = actor;
            if (awaited.Remove(key, out var waiting))
                waiting.TrySetResult(actor);
            return true;
        }
    }

    public bool TryGet<TKey>(out IActorRef actor) => TryGet(typeof(TKey), out actor);

    public bool TryGet(Type key, out IActorRef actor)
    {
        lock (actors)
        {
            var found = actors.TryGetValue(key, out var registered);
            actor = registered ?? ActorRefs.Nobody;
            return found;
        }
    }

    public IActorRef Get<TKey>() => TryGet<TKey>(out var actor)
        ? actor
        : throw new MissingActorRegistryEntryException($"No actor registered for key {typeof(TKey)}");
    public Task<IActorRef> GetAsync<TKey>(CancellationToken ct = default) => GetAsync(typeof(TKey), ct);

    public Task<IActorRef> GetAsync(Type key, CancellationToken ct = default)
    {
        lock (actors)
        {
            if (actors.TryGetValue(key, out var actor))
                return Task.FromResult(actor);
            if (!awaited.TryGetValue(key, out var waiting))
                awaited[key] = waiting = new(TaskCreationOptions.RunContinuationsAsynchronously);
            return waiting.Task.WaitAsync(ct);
        }
    }

    public IEnumerator<KeyValuePair<Type, IActorRef>> GetEnumerator()
    {
        lock (actors)
            return actors.ToList().GetEnumerator();
    }

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();
}
