using ActorChat.Actors.Dispatch;
using Akka.Actor;
using Akka.Event;

namespace ActorChat.Actors.Tests.Dispatch;

/// <summary>What Akka promises of an actor, kept by the mailbox of sessions.</summary>
public class SessionMailboxSpecs : PatientTestKit
{
    IActorRef Start() => Sys.ActorOf(Props.Create(() => new Echo()).WithMailbox(LinkedMailbox.Id));

    [Fact]
    public void Messages_are_handled_in_their_order()
    {
        var echo = Start();
        for (var i = 0; i < 1000; i++) echo.Tell(i, TestActor);
        for (var i = 0; i < 1000; i++) ExpectMsg(i);
    }

    [Fact]
    public void A_restart_keeps_what_waits()
    {
        EventFilter.Exception<InvalidOperationException>().ExpectOne(() =>
        {
            var echo = Start();
            echo.Tell("fail", TestActor);
            echo.Tell("after it", TestActor);
            ExpectMsg("after it");
        });
    }

    [Fact]
    public void What_waits_behind_a_stop_is_dead_letters_in_its_order()
    {
        Sys.EventStream.Subscribe(TestActor, typeof(DeadLetter));
        var echo = Start();
        Watch(echo);
        echo.Tell("stop", TestActor);
        echo.Tell(1, TestActor);
        echo.Tell(2, TestActor);
        var dead = new List<object>();
        for (var i = 0; i < 3; i++) dead.Add(ReceiveOne(TimeSpan.FromSeconds(20)) is DeadLetter letter ? letter.Message : "terminated");
        Assert.Equal([1, 2], dead.OfType<int>());
        Assert.Contains("terminated", dead);
    }

    sealed class Echo : ReceiveActor
    {
        public Echo()
        {
            Receive<string>(text => text == "fail", _ => throw new InvalidOperationException("asked to"));
            Receive<string>(text => text == "stop", _ => Context.Stop(Self));
            ReceiveAny(message => Sender.Tell(message));
        }
    }
}
