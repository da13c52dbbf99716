using Akka.Actor;

namespace ActorChat.ActorRuntime.Tests;

/// <summary>T1, T2: what may be relied on between two actors.</summary>
public class OrderSpecs : PatientTestKit
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    [Fact]
    public void Messages_of_one_sender_arrive_in_the_order_in_which_they_were_sent()
    {
        var counter = Sys.ActorOf(Props.Create(() => new InOrder()));
        for (var i = 0; i < 100_000; i++)
            counter.Tell(i);
        counter.Tell("how many?");
        Assert.Equal(100_000, ExpectMsg<int>(Patience));
    }

    [Fact]
    public void An_actor_handles_one_message_at_a_time_and_sees_what_the_one_before_has_written()
    {
        var alone = Sys.ActorOf(Props.Create(() => new Alone()));
        var threads = Enumerable.Range(0, 8).Select(_ => new Thread(() =>
        {
            for (var i = 0; i < 10_000; i++)
                alone.Tell(i, ActorRefs.NoSender);
        })).ToList();
        threads.ForEach(thread => thread.Start());
        threads.ForEach(thread => thread.Join());
        alone.Tell("how many?");
        Assert.Equal(80_000, ExpectMsg<int>(Patience));
    }

    [Fact]
    public async Task Two_actors_that_answer_each_other_never_fall_asleep()
    {
        const int rounds = 200_000;
        var pong = Sys.ActorOf(Props.Create(() => new Pong()));
        var done = await Sys.ActorOf(Props.Create(() => new Ping(pong, rounds))).Ask<int>("start", Patience);
        Assert.Equal(rounds, done);
    }

    [Fact]
    public async Task An_actor_that_has_just_gone_idle_is_woken_by_the_next_message()
    {
        var pong = Sys.ActorOf(Props.Create(() => new Pong()));
        for (var i = 0; i < 50_000; i++)
            Assert.Equal(i, await pong.Ask<int>(i, Patience));
    }

    private sealed class InOrder : ReceiveActor
    {
        private int next;

        public InOrder()
        {
            Receive<int>(i => next = i == next ? next + 1 : throw new InvalidOperationException($"{i} after {next}"));
            Receive<string>(_ => Sender.Tell(next));
        }
    }

    private sealed class Alone : ReceiveActor
    {
        private bool busy;
        private int count;

        public Alone()
        {
            Receive<int>(_ =>
            {
                if (busy)
                    throw new InvalidOperationException("two at once");
                busy = true;
                Thread.SpinWait(10);
                count++;
                busy = false;
            });
            Receive<string>(_ => Sender.Tell(count));
        }
    }

    private sealed class Pong : ReceiveActor
    {
        public Pong() => Receive<int>(i => Sender.Tell(i));
    }

    private sealed class Ping : ReceiveActor
    {
        public Ping(IActorRef pong, int rounds)
        {
            var asker = ActorRefs.NoSender;
            Receive<string>(_ =>
            {
                asker = Sender;
                pong.Tell(1);
            });
            Receive<int>(i =>
            {
                if (i == rounds)
                    asker.Tell(i);
                else
                    pong.Tell(i + 1);
            });
        }
    }
}
