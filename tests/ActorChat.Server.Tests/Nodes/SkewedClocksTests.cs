using ActorChat.Server.Tests.Clients;
using ActorChat.Server.Tests.Processes;
using ActorChat.Storage.Tests.Postgres;

namespace ActorChat.Server.Tests.Nodes;

/// <summary>Nodes on machines with different clocks. All shared times come from the clock of the database.</summary>
public sealed class SkewedClocksTests
{
    static readonly string FakeTime = Directory.Exists("/usr/lib")
        ? Directory.GetDirectories("/usr/lib", "*-linux-gnu")
            .Select(folder => Path.Combine(folder, "faketime", "libfaketime.so.1"))
            .FirstOrDefault(File.Exists, "")
        : "";

    static ServerProcess Node(string database, string hours) => ServerProcess.Prepare(
        ("Storage__Provider", "postgres"), ("Storage__ConnectionString", database), ("Ai__MockDelayMs", "200"),
        ("LD_PRELOAD", FakeTime), ("FAKETIME", hours), ("FAKETIME_DONT_FAKE_MONOTONIC", "1"), ("FAKETIME_DONT_RESET", "1"));

    [Promise("P13")]
    [SkippableFact]
    public async Task Nodes_with_clocks_two_hours_apart_work_together()
    {
        Requirement.Need(File.Exists(FakeTime), "This needs Debian's faketime.");
        var database = await (await PostgresServer.SharedAsync()).CreateDatabaseAsync();
        await using var behind = Node(database, "-1h");
        await using var ahead = Node(database, "+1h");
        await Task.WhenAll(behind.StartAgainAsync(), ahead.StartAgainAsync());
        Assert.True(await ClockAsync(ahead) - await ClockAsync(behind) > TimeSpan.FromMinutes(110), "The clocks are not two hours apart.");
        await using var ann = await ChatClient.JoinAsync(behind);
        await using var bob = await ChatClient.JoinAsync(ahead);

        for (var n = 1; n <= 10; n++) Assert.Equal(n, await (n % 2 == 0 ? ann : bob).SaidAsync($"message {n}"));
        foreach (var person in new[] { ann, bob })
        {
            await person.ExpectEventAsync(10);
            var times = person.Events.Select(e => e["at"].GetDateTimeOffset()).ToArray();
            Assert.Equal(times.Order(), times);
            Assert.All(times, at => Assert.Equal(DateTimeOffset.UtcNow, at, TimeSpan.FromMinutes(5)));
        }

        // An answer lasts for several heartbeats of the nodes. Neither node declares the other one dead.
        foreach (var person in new[] { ann, bob })
        {
            var question = await person.SaidAsync("/AIBot what?");
            Assert.Equal("done", (await ann.ExpectAsync(f => f.Type == "answered" && f.Seq > question)).TextOf("state"));
        }

        // A revoked token is revoked on both nodes.
        await using var elsewhere = await ChatClient.ReturnAsync(behind, bob.Token);
        Assert.Equal("ok", (await bob.AskAsync(new { type = "sign_out" })).Type);
        Assert.Equal(4401, (await elsewhere.ExpectCloseAsync()).Code);
        behind.AssertCalm();
        ahead.AssertCalm();
    }

    static async Task<DateTimeOffset> ClockAsync(ServerProcess node)
    {
        using var answer = await node.Http.GetAsync(new Uri("healthz", UriKind.Relative));
        return answer.Headers.Date ?? throw new InvalidOperationException("The response has no Date header.");
    }
}
