using Akka.Actor;
using Akka.Configuration;
using Akka.Dispatch;
using Akka.Dispatch.MessageQueues;

namespace ActorChat.Actors.Dispatch;

/// <summary>The mailbox of sessions, of which there are many and most are idle: its queue holds no memory while it is empty.</summary>
internal sealed class LinkedMailbox(Settings settings, Config config) : MailboxType(settings, config), IProducesMessageQueue<LinkedQueue>
{
    /// <summary>Its section in hocon/actorchat.conf.</summary>
    public const string Id = "akka.actor.session-mailbox";

    public override IMessageQueue Create(IActorRef owner, ActorSystem system) => new LinkedQueue();
}

/// <summary>
/// An unbounded queue for any number of senders and one reader at a time. A sender pushes onto a stack; the reader takes the whole stack
/// with one exchange and reverses it into a list that only it uses.
/// </summary>
internal sealed class LinkedQueue : IMessageQueue, IUnboundedMessageQueueSemantics
{
    Node? newest; // pushed by senders
    Node? oldest; // taken by the reader, oldest first

    public bool HasMessages => Volatile.Read(ref oldest) is not null || Volatile.Read(ref newest) is not null;

    /// <summary>For measurements: another thread may take or send meanwhile.</summary>
    public int Count => CountFrom(Volatile.Read(ref oldest)) + CountFrom(Volatile.Read(ref newest));

    public void Enqueue(IActorRef receiver, Envelope envelope)
    {
        var node = new Node(envelope);
        var seen = Volatile.Read(ref newest);
        while (true)
        {
            node.Next = seen;
            var now = Interlocked.CompareExchange(ref newest, node, seen);
            if (ReferenceEquals(now, seen)) return;
            seen = now;
        }
    }

    public bool TryDequeue(out Envelope envelope)
    {
        var first = oldest ?? TakeAll();
        if (first is null)
        {
            envelope = default;
            return false;
        }
        Volatile.Write(ref oldest, first.Next);
        envelope = first.Envelope;
        return true;
    }

    public void CleanUp(IActorRef owner, IMessageQueue deadletters)
    {
        while (TryDequeue(out var envelope)) deadletters.Enqueue(owner, envelope);
    }

    Node? TakeAll()
    {
        if (Volatile.Read(ref newest) is null) return null;
        Node? reversed = null;
        for (var node = Interlocked.Exchange(ref newest, null); node is not null;)
        {
            var older = node.Next;
            node.Next = reversed;
            reversed = node;
            node = older;
        }
        return reversed;
    }

    static int CountFrom(Node? node)
    {
        var count = 0;
        for (; node is not null; node = Volatile.Read(ref node.Next)) count++;
        return count;
    }

    sealed class Node(Envelope envelope)
    {
        public readonly Envelope Envelope = envelope;
        public Node? Next;
    }
}
