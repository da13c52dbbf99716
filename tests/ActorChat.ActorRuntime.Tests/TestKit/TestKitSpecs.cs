using Akka.Actor;
using Akka.Event;
using Akka.TestKit.Xunit2;
using Xunit.Sdk;

namespace ActorChat.ActorRuntime.Tests;

/// <summary>The kit itself: what fails a test, and what waits how long.</summary>
public class TestKitSpecs : PatientTestKit
{
    private static readonly TimeSpan Short = TimeSpan.FromMilliseconds(50);
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    [Fact]
    public void A_wrong_message_fails_at_once_and_is_consumed()
    {
        TestActor.Tell(1);
        TestActor.Tell("right");
        Assert.Throws<FailException>(() => ExpectMsg<string>());
        Assert.Equal(1, LastMessage);
        ExpectMsg("right");
        TestActor.Tell("wrong");
        Assert.ThrowsAny<XunitException>(() => ExpectMsg("right"));
        TestActor.Tell(3);
        Assert.ThrowsAny<XunitException>(() => ExpectMsg<int>(i => i > 5));
        Assert.Throws<FailException>(() => ExpectMsg<int>(Short));
    }

    [Fact]
    public void ExpectNoMsg_fails_on_any_message()
    {
        ExpectNoMsg(20);
        TestActor.Tell("here");
        AwaitCondition(() => HasMessages, Patience);
        Assert.Throws<FailException>(() => ExpectNoMsg(Short));
    }

    [Fact]
    public async Task The_asynchronous_half_does_the_same()
    {
        TestActor.Tell("one");
        Assert.Equal("one", await ExpectMsgAsync<string>());
        await Assert.ThrowsAsync<FailException>(async () => await ExpectMsgAsync<string>(Short));
        await ExpectNoMsgAsync(20);
        TestActor.Tell("two");
        Assert.Equal("two", await FishForMessageAsync<string>(text => text == "two"));
        await AwaitConditionAsync(() => true);
        await AwaitAssertAsync(() => { });
        await WithinAsync(Patience, () => Task.CompletedTask);
        await EventFilter.Warning("so").ExpectOneAsync(() =>
        {
            Sys.Log.Warning("so");
            return Task.CompletedTask;
        });
        var all = new List<object>();
        TestActor.Tell(1);
        TestActor.Tell(2);
        await foreach (var message in ReceiveNAsync(2))
            all.Add(message);
        Assert.Equal([1, 2], all);
    }

    [Fact]
    public async Task The_sender_of_a_test_is_the_test_actor_before_and_after_an_await()
    {
        var probe = CreateTestProbe();
        probe.Ref.Tell("before");
        probe.ExpectMsg("before");
        Assert.Equal(TestActor, probe.Sender);
        await Task.Delay(10);
        probe.Ref.Tell("after");
        await probe.ExpectMsgAsync("after");
        Assert.Equal(TestActor, probe.LastSender);
    }

    [Fact]
    public void A_probe_is_a_reference_and_can_send_reply_and_forward()
    {
        var (left, right) = (CreateTestProbe(), CreateTestProbe("right"));
        left.Send(right, "question");
        right.ExpectMsg("question");
        Assert.Equal(left.Ref, right.Sender);
        right.Reply("answer");
        left.ExpectMsg("answer");
        left.ExpectNoMsg(10);
        right.Send(left, "forward me");
        left.ExpectMsg("forward me");
        left.Forward(TestActor);
        ExpectMsg("forward me");
        Assert.Equal(right.Ref, LastSender);
        IActorRef reference = left;
        Assert.Equal(left.Ref, reference);
        Assert.Equal("right", right.Ref.Path.Name);
    }

    [Fact]
    public void Fishing_drops_what_does_not_match_and_ReceiveN_keeps_the_order()
    {
        for (var i = 0; i < 10; i++)
            TestActor.Tell(i);
        Assert.Equal(5, FishForMessage<int>(i => i == 5));
        Assert.Equal([6, 7, 8], ReceiveN(3, Patience).Cast<int>());
        AwaitCondition(() => HasMessages, Patience);
        Assert.Equal(9, ReceiveOne(Patience));
        Assert.Null(ReceiveOne(Short));
        Assert.ThrowsAny<XunitException>(() => ReceiveN(1, Short));
    }

    [Fact]
    public void ReceiveWhile_stops_before_the_first_that_does_not_fit()
    {
        foreach (var message in new object[] { 1, 2, "end" })
            TestActor.Tell(message);
        Assert.Equal([1, 2], ReceiveWhile<object>(Patience, message => message is int ? message : null!));
        ExpectMsg("end");
    }

    [Fact]
    public void Several_messages_can_be_expected_in_any_order_or_by_their_sender()
    {
        TestActor.Tell("b");
        TestActor.Tell("a");
        ExpectMsgAllOf("a", "b");
        TestActor.Tell("c");
        Assert.Equal("c", ExpectMsgAnyOf(["c", "d"]));
        var probe = CreateTestProbe();
        probe.Send(TestActor, "e");
        ExpectMsgFrom(probe.Ref, "e");
        probe.Send(TestActor, "f");
        ExpectMsg<string>((text, sender) => text == "f" && sender.Equals(probe.Ref));
    }

    [Fact]
    public void Ignored_messages_are_not_seen()
    {
        IgnoreMessages<int>(i => i > 5);
        TestActor.Tell(6);
        TestActor.Tell(5);
        ExpectMsg(5);
        IgnoreNoMessages();
        TestActor.Tell(6);
        ExpectMsg(6);
    }

    [Fact]
    public void Within_limits_what_waits_inside_and_fails_a_block_that_takes_too_long()
    {
        Within(Patience, () => Assert.InRange(Remaining, TimeSpan.Zero, Patience));
        Assert.ThrowsAny<XunitException>(() => Within(Short, () => Thread.Sleep(150)));
        Assert.ThrowsAny<XunitException>(() => Within(Patience, 2 * Patience, () => { }));
        Assert.Equal(3, Within(Patience, () => 3));
        Assert.Throws<InvalidOperationException>(() => Remaining);
    }

    [Fact]
    public void AwaitAssert_and_AwaitCondition_try_again_until_it_is_so()
    {
        var tries = 0;
        AwaitAssert(() => Assert.Equal(3, ++tries), Patience, TimeSpan.FromMilliseconds(10));
        AwaitCondition(() => ++tries > 5, Patience);
        Assert.ThrowsAny<XunitException>(() => AwaitAssert(() => Assert.Equal(0, tries), Short, TimeSpan.FromMilliseconds(10)));
        Assert.ThrowsAny<XunitException>(() => AwaitCondition(() => false, Short));
    }

    [Fact]
    public void An_event_filter_counts_what_is_logged()
    {
        EventFilter.Warning("exactly").ExpectOne(() => Sys.Log.Warning("exactly"));
        EventFilter.Error(start: "it").Expect(2, () =>
        {
            Sys.Log.Error("it began");
            Sys.Log.Error(new InvalidOperationException("cause"), "it {0}", "ended");
        });
        EventFilter.Info(contains: "middle").ExpectOne(() => Sys.Log.Info("in the middle of it"));
        EventFilter.Custom(log => log.LogLevel() == LogLevel.InfoLevel).ExpectOne(() => Sys.Log.Info("custom"));
        EventFilter.Exception<ArgumentException>("cause").ExpectOne(() => Sys.Log.Error(new ArgumentNullException(null, "cause"), "text"));
        Assert.Equal(4, EventFilter.Warning("x").And.Warning("y").Expect(2, () =>
        {
            Sys.Log.Warning("x");
            Sys.Log.Warning("y");
            return 4;
        }));
        EventFilter.DeadLetter<int>().ExpectOne(() => Sys.DeadLetters.Tell(1));
        EventFilter.DeadLetter<int>(i => i == 2).ExpectOne(() => Sys.DeadLetters.Tell(2));
    }

    [Fact]
    public void An_event_filter_fails_on_too_few_and_on_too_many()
    {
        Assert.ThrowsAny<XunitException>(() => EventFilter.Warning("one").Expect(1, Short, () => { }));
        Assert.ThrowsAny<XunitException>(() => EventFilter.Warning("one").ExpectOne(() =>
        {
            Sys.Log.Warning("one");
            Sys.Log.Warning("one");
        }));
        EventFilter.Warning("one").Expect(0, Short, () => { });
    }

    [Fact]
    public void A_child_of_the_test_actor_can_be_had()
    {
        var child = CreateTestProbe().ChildActorOf(Props.Create(() => new Silent()), "child");
        Assert.Equal("child", child.Path.Name);
    }

    private sealed class Silent : ReceiveActor;
}

public class DilatedSpecs : TestKit
{
    public DilatedSpecs()
        : base("akka.test { timefactor = 2.0, single-expect-default = 40 ms }")
    {
    }

    [Fact]
    public void Durations_are_multiplied_by_the_time_factor()
    {
        Assert.Equal(TimeSpan.FromSeconds(2), Dilated(TimeSpan.FromSeconds(1)));
        Assert.Equal(TimeSpan.FromMilliseconds(80), RemainingOrDefault);
        Assert.Equal("test", Sys.Name);
    }
}
