using Akka.Actor;
using Akka.Event;

namespace ActorChat.ActorRuntime.Tests;

/// <summary>T28 and the event stream.</summary>
public class EventStreamSpecs : PatientTestKit
{
    private static readonly TimeSpan Quiet = TimeSpan.FromMilliseconds(100);

    [Fact]
    public void What_is_published_comes_to_those_who_subscribed_to_its_type_or_one_above_and_only_once()
    {
        Assert.True(Sys.EventStream.Subscribe(TestActor, typeof(ArgumentNullException)));
        Assert.True(Sys.EventStream.Subscribe(TestActor, typeof(ArgumentException)));
        Assert.False(Sys.EventStream.Subscribe(TestActor, typeof(ArgumentException)));
        Sys.EventStream.Publish(new ArgumentNullException("it"));
        ExpectMsg<ArgumentNullException>();
        Sys.EventStream.Publish(new InvalidOperationException());
        ExpectNoMsg(Quiet);
    }

    [Fact]
    public void One_can_unsubscribe_from_one_type_or_from_all()
    {
        Sys.EventStream.Subscribe<string>(TestActor);
        Sys.EventStream.Subscribe(TestActor, typeof(ArgumentException));
        Assert.True(Sys.EventStream.Unsubscribe(TestActor, typeof(ArgumentException)));
        Sys.EventStream.Publish(new ArgumentException("it"));
        Sys.EventStream.Publish("text");
        ExpectMsg("text");
        Assert.True(Sys.EventStream.Unsubscribe(TestActor));
        Sys.EventStream.Publish("text");
        ExpectNoMsg(Quiet);
    }

    [Fact]
    public void A_subscriber_that_ends_is_forgotten()
    {
        Sys.EventStream.Subscribe(TestActor, typeof(DeadLetter));
        var probe = CreateTestProbe();
        Sys.EventStream.Subscribe(probe, typeof(string));
        Watch(probe);
        Sys.Stop(probe);
        ExpectTerminated(probe);
        AwaitAssert(() =>
        {
            Sys.EventStream.Publish("text");
            ExpectNoMsg(Quiet);
        });
    }

    [Fact]
    public void A_message_to_the_dead_is_published_as_a_dead_letter()
    {
        Sys.EventStream.Subscribe(TestActor, typeof(DeadLetter));
        var probe = CreateTestProbe();
        var dead = Watch(probe.Ref);
        Sys.Stop(dead);
        ExpectTerminated(dead);
        dead.Tell("hello");
        var letter = ExpectMsg<DeadLetter>();
        Assert.Equal(("hello", TestActor, dead), (letter.Message, letter.Sender, letter.Recipient));
        dead.Tell("hello", ActorRefs.NoSender);
        Assert.Equal(Sys.DeadLetters, ExpectMsg<DeadLetter>().Sender);
        Sys.DeadLetters.Tell("straight");
        Assert.Equal(Sys.DeadLetters, ExpectMsg<DeadLetter>().Recipient);
    }

    [Fact]
    public void A_flood_of_dead_letters_reaches_subscribers_whole()
    {
        Sys.EventStream.Subscribe(TestActor, typeof(DeadLetter));
        for (var i = 0; i < 100; i++)
            Sys.DeadLetters.Tell(i);
        Assert.Equal(Enumerable.Range(0, 100), ReceiveN(100).Cast<DeadLetter>().Select(letter => (int)letter.Message));
    }

    [Fact]
    public void Nobody_makes_no_dead_letters()
    {
        Sys.EventStream.Subscribe(TestActor, typeof(DeadLetter));
        ActorRefs.Nobody.Tell("anyone?");
        ExpectNoMsg(Quiet);
    }

    [Fact]
    public void The_log_goes_through_the_event_stream()
    {
        Sys.EventStream.Subscribe(TestActor, typeof(Warning));
        Sys.Log.Warning("{0} of {1}", 1, "two");
        var warning = ExpectMsg<Warning>();
        Assert.Equal("1 of two", warning.Message.ToString());
        Assert.Equal(LogLevel.WarningLevel, warning.LogLevel());
    }

    [Fact]
    public void A_level_that_is_off_is_not_published()
    {
        Sys.EventStream.Subscribe(TestActor, typeof(Debug));
        var log = Logging.GetLogger(Sys, this);
        Assert.False(log.IsDebugEnabled);
        log.Debug("too fine");
        ExpectNoMsg(Quiet);
    }
}
