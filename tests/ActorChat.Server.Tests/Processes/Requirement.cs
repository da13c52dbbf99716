namespace ActorChat.Server.Tests.Processes;

/// <summary>
/// Something that a test needs and the machine may lack. The test is skipped with the reason if it is missing. With
/// <c>ACTORCHAT_TEST_REQUIRE=all</c> the test fails instead.
/// </summary>
static class Requirement
{
    public static void Need(bool isPresent, string reason)
    {
        if (Environment.GetEnvironmentVariable("ACTORCHAT_TEST_REQUIRE") == "all") Assert.True(isPresent, reason);
        else Skip.IfNot(isPresent, reason);
    }
}
