using ActorChat.Server.Tests.Clients;
using ActorChat.Server.Tests.Processes;

namespace ActorChat.Server.Tests.V1;

public sealed class RateLimitTests
{
    [Promise("P2")]
    [Fact]
    public async Task A_sender_over_the_rate_learns_when_to_try_again_and_then_succeeds_with_the_same_key()
    {
        await using var server = await ServerProcess.StartAsync();
        await using var ann = await ChatClient.JoinAsync(server);
        await using var bob = await ChatClient.JoinAsync(server);
        var limits = ann.Welcome["limits"].GetProperty("messages");
        var burst = limits.GetProperty("burst").GetInt32();
        Assert.Equal((5, 10), (limits.GetProperty("per_second").GetInt32(), burst));

        // Enough messages to exceed the rate even if the machine pauses for a while.
        var keys = Enumerable.Range(0, 20 * burst).Select(_ => ChatClient.NewKey()).ToArray();
        var replies = await Task.WhenAll(keys.Select(key => ann.SayAsync("quick", key)));

        Assert.All(replies.Take(burst), r => Assert.Equal("ok", r.Type));
        var first = Array.FindIndex(replies, r => r.Type == "error");
        Assert.InRange(first, burst, keys.Length - 1);
        var refused = replies[first];
        Assert.Equal("rate_limited", refused.Code);
        Assert.True(refused["retry"].GetBoolean());
        Assert.InRange(refused["after_ms"].GetInt32(), 1, 1000);
        Assert.Equal("ok", (await bob.SayAsync("another user is not limited")).Type);

        Frame again;
        do
        {
            await Task.Delay(refused["after_ms"].GetInt32());
            again = await ann.SayAsync("quick", keys[first]);
            if (again.Type == "error") refused = again;
        }
        while (again.Type == "error" && again.Code == "rate_limited");
        Assert.Equal(("ok", false), (again.Type, again["duplicate"].GetBoolean()));
    }
}
