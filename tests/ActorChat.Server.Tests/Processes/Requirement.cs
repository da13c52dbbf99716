namespace ActorChat.Server.Tests.Processes;

/// <summary>
/// What a test needs and a machine may not have. Without it the test is skipped, with the reason; where
/// <c>ACTORCHAT_TEST_REQUIRE=all</c> says that everything must be there, it fails.
/// </summary>
static class Requirement
{
    public static void Need(bool isThere, string reason)
    {
        if (Environment.GetEnvironmentVariable("ACTORCHAT_TEST_REQUIRE") == "all") Assert.True(isThere, reason);
        else Skip.IfNot(isThere, reason);
    }
}
