using Akka.Actor;

namespace ActorChat.ActorRuntime.Tests;

/// <summary>Akka.NET's test kit keeps its actor in the thread, and now and then the continuation finds it there still.</summary>
public class TestContextSpecs : PatientTestKit
{
    [Fact]
    public async Task The_sender_of_a_test_is_lost_where_its_context_is_left_on_purpose()
    {
        var probe = CreateTestProbe();
        await TellElsewhere();
        probe.ExpectMsg("from elsewhere");
        Assert.NotEqual(TestActor, probe.Sender);

        async Task TellElsewhere()
        {
            await Task.CompletedTask.ConfigureAwait(ConfigureAwaitOptions.ForceYielding); // a delay may be over before it is awaited
            probe.Ref.Tell("from elsewhere");
        }
    }
}
