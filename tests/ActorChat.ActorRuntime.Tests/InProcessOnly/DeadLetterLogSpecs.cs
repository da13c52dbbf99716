using Akka.Actor;
using Akka.Event;

namespace ActorChat.ActorRuntime.Tests;

/// <summary>What of a dead letter is logged: the type of the message and never its content, ten times and then not for a while.</summary>
public class DeadLetterLogSpecs : PatientTestKit
{
    [Fact]
    public void Ten_dead_letters_are_logged_and_then_no_more()
    {
        EventFilter.Info(contains: "was not delivered").Expect(10, () =>
        {
            for (var i = 0; i < 100; i++)
                Sys.DeadLetters.Tell("a secret");
        });
    }

    [Fact]
    public void The_log_names_the_type_of_a_message_and_not_what_it_says()
    {
        Sys.EventStream.Subscribe(TestActor, typeof(Info));
        Sys.DeadLetters.Tell("a secret");
        var line = ExpectMsg<Info>();
        Assert.Contains("Message [String]", line.ToString(), StringComparison.Ordinal);
        Assert.DoesNotContain("secret", line.ToString(), StringComparison.Ordinal);
        Assert.DoesNotContain("secret", new DeadLetter("a secret", TestActor, TestActor).ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void An_unhandled_message_is_logged_by_its_type()
    {
        var silent = Sys.ActorOf(Props.Create(() => new Silent()));
        EventFilter.Info(start: "Message [String]").And.Info(contains: "was unhandled").ExpectOne(() => silent.Tell("a secret"));
    }

    private sealed class Silent : ReceiveActor;
}
