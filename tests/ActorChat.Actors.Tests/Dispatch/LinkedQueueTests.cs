using ActorChat.Actors.Dispatch;
using Akka.Actor;
using Akka.Dispatch.MessageQueues;

namespace ActorChat.Actors.Tests.Dispatch;

public class LinkedQueueTests
{
    readonly LinkedQueue queue = new();

    void Enqueue(object message) => queue.Enqueue(ActorRefs.Nobody, new Envelope(message, ActorRefs.NoSender));

    object? Dequeue() => queue.TryDequeue(out var envelope) ? envelope.Message : null;

    [Fact]
    public void The_queue_is_first_in_first_out_when_enqueues_and_dequeues_alternate()
    {
        Enqueue(1);
        Enqueue(2);
        Assert.Equal(1, Dequeue());
        Enqueue(3);
        Assert.Equal(2, Dequeue());
        Assert.Equal(3, Dequeue());
        Enqueue(4);
        Assert.Equal(4, Dequeue());
        Assert.Null(Dequeue());
    }

    [Fact]
    public void The_queue_reports_whether_and_how_many_messages_wait()
    {
        Assert.Equal((false, 0), (queue.HasMessages, queue.Count));
        for (var i = 0; i < 3; i++) Enqueue(i);
        Assert.Equal((true, 3), (queue.HasMessages, queue.Count));
        Dequeue();
        Enqueue(3);
        Assert.Equal((true, 3), (queue.HasMessages, queue.Count));
        while (queue.HasMessages) Assert.NotNull(Dequeue());
        Assert.Equal((null, 0), (Dequeue(), queue.Count));
    }

    [Fact]
    public void Cleanup_moves_the_remaining_messages_to_dead_letters_in_order()
    {
        for (var i = 0; i < 3; i++) Enqueue(i);
        Dequeue();
        Enqueue(3);
        var dead = new UnboundedMessageQueue();
        queue.CleanUp(ActorRefs.Nobody, dead);
        var left = new List<object>();
        while (dead.TryDequeue(out var envelope)) left.Add(envelope.Message);
        Assert.Equal([1, 2, 3], left);
        Assert.False(queue.HasMessages);
    }

    [Fact]
    public async Task All_messages_of_each_concurrent_sender_arrive_in_order()
    {
        const int Senders = 4, Each = 50_000;
        var sending = Task.WhenAll(Enumerable.Range(0, Senders).Select(sender => Task.Run(() =>
        {
            for (var i = 0; i < Each; i++) Enqueue((sender, i));
        })));
        var next = new int[Senders];
        var deadline = DateTime.UtcNow.AddSeconds(60);
        while (next.Sum() < Senders * Each)
        {
            if (Dequeue() is not (int sender, int i))
            {
                Assert.True(DateTime.UtcNow < deadline, $"Only {next.Sum()} messages arrived.");
                await Task.Yield();
                continue;
            }
            Assert.Equal(next[sender]++, i);
        }
        await sending;
        Assert.Null(Dequeue());
    }
}
