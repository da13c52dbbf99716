using System.Collections.Concurrent;
using Akka.Actor;

namespace Akka.Event;

/// <summary>Publishes objects to the actors that have subscribed to their type or to a type above it.</summary>
public sealed class EventStream
{
    private readonly Dictionary<IActorRef, HashSet<Type>> subscriptions = [];

    /// <summary>Who gets which type; thrown away whole with every change of a subscription.</summary>
    private volatile ConcurrentDictionary<Type, IActorRef[]> routes = new();

    /// <summary>Called in place, before the subscribers: the way of log events to where they are written.</summary>
    internal event Action<object>? Published;

    public bool Subscribe(IActorRef subscriber, Type channel)
    {
        ArgumentNullException.ThrowIfNull(subscriber);
        lock (subscriptions)
        {
            if (!subscriptions.TryGetValue(subscriber, out var channels))
                subscriptions[subscriber] = channels = [];
            if (!channels.Add(channel))
                return false;
            routes = new();
            return true;
        }
    }

    public bool Unsubscribe(IActorRef subscriber, Type channel)
    {
        ArgumentNullException.ThrowIfNull(subscriber);
        lock (subscriptions)
        {
            if (!subscriptions.TryGetValue(subscriber, out var channels) || !channels.Remove(channel))
                return false;
            routes = new();
            return true;
        }
    }

    public bool Unsubscribe(IActorRef subscriber)
    {
        ArgumentNullException.ThrowIfNull(subscriber);
        lock (subscriptions)
        {
            if (!subscriptions.Remove(subscriber))
                return false;
            routes = new();
            return true;
        }
    }

    public void Publish(object @event)
    {
        ArgumentNullException.ThrowIfNull(@event);
        Published?.Invoke(@event);
        foreach (var subscriber in Route(@event.GetType()))
            subscriber.Tell(@event);
    }

    private IActorRef[] Route(Type type)
    {
        var known = routes;
        return known.TryGetValue(type, out var route) ? route : known.GetOrAdd(type, FindSubscribers);
    }

    private IActorRef[] FindSubscribers(Type type)
    {
        lock (subscriptions)
            return [.. subscriptions.Where(entry => entry.Value.Any(channel => channel.IsAssignableFrom(type))).Select(entry => entry.Key)];
    }
}

public static class EventStreamExtensions
{
    public static bool Subscribe<TChannel>(this EventStream eventStream, IActorRef subscriber) =>
        eventStream.Subscribe(subscriber, typeof(TChannel));

    public static bool Unsubscribe<TChannel>(this EventStream eventStream, IActorRef subscriber) =>
        eventStream.Unsubscribe(subscriber, typeof(TChannel));
}
