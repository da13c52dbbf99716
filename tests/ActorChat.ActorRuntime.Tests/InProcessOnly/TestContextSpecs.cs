using Akka.Actor;
using Akka.TestKit.Xunit2;

namespace ActorChat.ActorRuntime.Tests;

/// <summary>Akka.NET's test kit keeps its actor in the thread, and now and then the continuation finds it there still.</summary>
public class TestContextSpecs : TestKit
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
            await Task.Delay(10).ConfigureAwait(false);
            probe.Ref.Tell("from elsewhere");
        }
    }
}
