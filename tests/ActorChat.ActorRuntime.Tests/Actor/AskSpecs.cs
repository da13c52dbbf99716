using Akka.Actor;
using Akka.Event;

namespace ActorChat.ActorRuntime.Tests;

/// <summary>T10 to T15: questions and their answers.</summary>
public class AskSpecs : PatientTestKit
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);
    private static readonly TimeSpan Short = TimeSpan.FromMilliseconds(50);

    [Fact]
    public async Task An_answer_that_does_not_come_is_an_AskTimeoutException()
    {
        await Assert.ThrowsAsync<AskTimeoutException>(() => Echo().Ask<string>("silence", Short));
    }

    [Fact]
    public async Task Asking_the_dead_is_only_a_timeout()
    {
        var actor = Watch(Echo());
        Sys.Stop(actor);
        ExpectTerminated(actor);
        await Assert.ThrowsAsync<AskTimeoutException>(() => actor.Ask("anyone?", Short));
    }

    [Fact]
    public async Task A_question_can_be_withdrawn()
    {
        using var source = new CancellationTokenSource(Short);
        await Assert.ThrowsAsync<TaskCanceledException>(() => Echo().Ask<string>("silence", source.Token));
        await Assert.ThrowsAsync<TaskCanceledException>(() => Echo().Ask<string>("silence", Patience, source.Token));
    }

    [Fact]
    public async Task A_failure_is_thrown_whatever_was_asked_for()
    {
        foreach (var ask in new Func<Task>[]
        {
            () => Echo().Ask<string>("failure", Patience), () => Echo().Ask<object>("failure", Patience), () => Echo().Ask("failure", Patience),
        })
            Assert.Equal("as asked", (await Assert.ThrowsAsync<InvalidOperationException>(ask)).Message);
    }

    [Fact]
    public async Task An_answer_of_another_type_is_an_ArgumentException_at_once()
    {
        await Assert.ThrowsAsync<ArgumentException>(() => Echo().Ask<string>(42, Patience));
    }

    [Fact]
    public async Task The_first_answer_counts_and_the_second_is_a_dead_letter()
    {
        Sys.EventStream.Subscribe(TestActor, typeof(DeadLetter));
        Assert.Equal("one", await Echo().Ask<string>("twice", Patience));
        var letter = ExpectMsg<DeadLetter>();
        Assert.Equal(("two", Sys.DeadLetters), (letter.Message, letter.Recipient));
    }

    [Fact]
    public async Task A_late_answer_is_a_dead_letter()
    {
        Sys.EventStream.Subscribe(TestActor, typeof(DeadLetter));
        using var gate = new ManualResetEventSlim();
        await Assert.ThrowsAsync<AskTimeoutException>(() => Echo().Ask<string>(gate, Short));
        gate.Set();
        Assert.Equal("late", ExpectMsg<DeadLetter>().Message);
    }

    [Fact]
    public async Task Whoever_gets_a_forwarded_question_can_answer_it()
    {
        var last = Echo();
        var middle = Sys.ActorOf(Props.Create(() => new Forwards(last)));
        var first = Sys.ActorOf(Props.Create(() => new Forwards(middle)));
        Assert.StartsWith($"akka://{Sys.Name}/temp/", await first.Ask<string>("who asks?", Patience));
    }

    [Fact]
    public async Task The_place_to_answer_to_can_be_part_of_the_message()
    {
        var teller = Sys.ActorOf(Props.Create(() => new AnswersTo()));
        Assert.Equal("here", await teller.Ask<string>(to => to, Patience, CancellationToken.None));
    }

    [Fact]
    public void The_outcome_of_a_task_is_piped_with_no_sender_unless_one_is_given()
    {
        Task.FromResult("good").PipeTo(TestActor);
        ExpectMsg("good");
        Assert.Equal(Sys.DeadLetters, LastSender);
        var probe = CreateTestProbe();
        Task.FromResult(1).PipeTo(TestActor, sender: probe, success: i => $"got {i}");
        ExpectMsg("got 1");
        Assert.Equal(probe.Ref, LastSender);
    }

    [Fact]
    public void Failure_and_cancellation_of_a_task_arrive_as_Status_Failure()
    {
        Task.FromException<string>(new InvalidOperationException("bad")).PipeTo(TestActor);
        Assert.Equal("bad", ExpectMsg<Status.Failure>().Cause.Message);
        Task.FromCanceled<string>(new CancellationToken(true)).PipeTo(TestActor);
        Assert.IsType<TaskCanceledException>(ExpectMsg<Status.Failure>().Cause);
        Task.FromException(new InvalidOperationException("bad")).PipeTo(TestActor, failure: e => $"failed: {e.Message}");
        ExpectMsg("failed: bad");
    }

    [Fact]
    public void A_task_without_result_tells_nothing_unless_there_is_a_word_for_success()
    {
        Task.CompletedTask.PipeTo(TestActor);
        ExpectNoMsg(TimeSpan.FromMilliseconds(100));
        Task.CompletedTask.PipeTo(TestActor, success: () => "done");
        ExpectMsg("done");
        new ValueTask<int>(3).PipeTo(TestActor);
        ExpectMsg(3);
    }

    [Fact]
    public async Task GracefulStop_says_whether_the_actor_has_ended()
    {
        Assert.True(await Echo().GracefulStop(Patience));
        Assert.True(await Echo().GracefulStop(Patience, "end"));
        Assert.False(await Echo().GracefulStop(Short, "silence"));
    }

    private IActorRef Echo() => Sys.ActorOf(Props.Create(() => new Answers()));

    private sealed class Answers : ReceiveActor
    {
        public Answers()
        {
            Receive<string>(
                question =>
                {
                    switch (question)
                    {
                        case "failure":
                            Sender.Tell(new Status.Failure(new InvalidOperationException("as asked")));
                            break;
                        case "twice":
                            Sender.Tell("one");
                            Sender.Tell("two");
                            break;
                        case "end":
                            Context.Stop(Self);
                            break;
                        case "silence":
                            break;
                        default:
                            Sender.Tell(Sender.Path.ToString());
                            break;
                    }
                });
            Receive<ManualResetEventSlim>(gate =>
            {
                gate.Wait(Patience);
                Sender.Tell("late");
            });
            ReceiveAny(other => Sender.Tell(other));
        }
    }

    private sealed class Forwards : ReceiveActor
    {
        public Forwards(IActorRef next) => ReceiveAny(message => next.Forward(message));
    }

    private sealed class AnswersTo : ReceiveActor
    {
        public AnswersTo() => Receive<IActorRef>(to => to.Tell("here"));
    }
}
