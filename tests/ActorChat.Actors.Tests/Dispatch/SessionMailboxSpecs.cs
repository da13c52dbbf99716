using ActorChat.Actors.Dispatch;
using Akka.Actor;
using Akka.Event;

namespace ActorChat.Actors.Tests.Dispatch;

/// <summary>The mailbox of sessions keeps the guarantees that Akka gives for an actor.</summary>
public class SessionMailboxSpecs : PatientTestKit
{
    IActorRef Start() => Sys.ActorOf(Props.Create(() => new Echo()).WithMailbox(LinkedMailbox.Id));

    [Fact]
    public void Messages_are_handled_in_order()
    {
        var echo = Start();
        for (var i = 0; i < 1000; i++) echo.Tell(i, TestActor);
        for (var i = 0; i < 1000; i++) ExpectMsg(i);
    }

    [Fact]
    public void A_restart_keeps_the_waiting_messages()
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
    public void Messages_behind_a_stop_become_dead_letters_in_order()
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
            Receive<string>(text => text == "fail", _ => throw new InvalidOperationException("The spec asked for it."));
            Receive<string>(text => text == "stop", _ => Context.Stop(Self));
            ReceiveAny(message => Sender.Tell(message));
        }
    }
}
