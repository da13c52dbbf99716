using ActorChat.Server.Tests.Clients;
using ActorChat.Server.Tests.Processes;
using ActorChat.Server.Tests.Storage;
using Xunit.Abstractions;

namespace ActorChat.Server.Tests.Hosting;

/// <summary>A start that ends anywhere leaves either nothing or everything of what it was doing.</summary>
[Collection(KilledServers.Name)]
public sealed class TornStartTests(ITestOutputHelper output)
{
    const int Messages = 40_000;

    // From before the program has begun until it is at work, on a machine of any speed.
    static TimeSpan Sometime(Random random, int milliseconds) => TimeSpan.FromMilliseconds(random.Next(milliseconds));

    [Promise("P7")]
    [Fact]
    public async Task A_takeover_that_is_killed_anywhere_leaves_the_old_file_or_the_new_one()
    {
        var random = new Random(4711);
        var original = Path.GetTempFileName();
        File.Delete(original);
        FormerDatabase.Write(original, Messages);
        await using var server = ServerProcess.Prepare();
        var (old, taken) = (0, 0);
        for (var round = 0; round < 12; round++)
        {
            if (!File.Exists(server.Database)) File.Copy(original, server.Database);
            var before = Copies(server);
            server.Launch();
            if (round % 3 != 0) await UntilItCopiesAsync(server, before);
            await Task.Delay(Sometime(random, round % 3 == 0 ? 1500 : 400)); // where it dies is up to the machine
            await server.KillAsync();
            if (FormerDatabase.IsTakenOver(server.Database, Messages))
            {
                taken++;
                foreach (var file in Directory.GetFiles(server.Folder)) File.Delete(file); // the next round begins anew
            }
            else
            {
                old++;
            }
        }
        output.WriteLine($"{old} times the old file, {taken} times the new one");
        if (!File.Exists(server.Database)) File.Copy(original, server.Database);
        File.Delete(original);

        await server.StartAgainAsync();

        await using var carol = await ChatClient.JoinAsync(server);
        Assert.Equal(Messages, carol.Head);
        Assert.Equal(Messages + 1, await carol.SaidAsync("on we go"));
        Assert.DoesNotContain(Directory.GetFiles(server.Folder), file => file.Contains("unfinished", StringComparison.Ordinal));
        server.AssertCalm();
    }

    static int Copies(ServerProcess server) => Directory.GetFiles(server.Folder, "*.before-actorchat-*").Length;

    /// <param name="before">How many copies there were before it was launched.</param>
    static Task UntilItCopiesAsync(ServerProcess server, int before) => Deadline.UntilAsync(
        () => Copies(server) > before || Directory.GetFiles(server.Folder, "*.unfinished").Length > 0 || !server.IsRunning, "It does not begin.");

    [Fact]
    public async Task A_first_start_that_is_killed_anywhere_leaves_nothing_that_the_next_one_minds()
    {
        var random = new Random(4712);
        await using var server = ServerProcess.Prepare();
        for (var round = 0; round < 10; round++)
        {
            server.Launch();
            await Task.Delay(Sometime(random, 1500));
            await server.KillAsync();
            if (round % 3 == 2) foreach (var file in Directory.GetFiles(server.Folder)) File.Delete(file); // a first start again
        }
        await server.StartAgainAsync();
        await using var client = await ChatClient.JoinAsync(server);
        Assert.Equal(1, await client.SaidAsync("first"));
        server.AssertCalm();
    }

    [Promise("P10", "P12")]
    [SkippableFact]
    public async Task A_signal_to_stop_while_starting_ends_it_cleanly_with_one_line_at_most()
    {
        const int BySignal = 128 + ServerProcess.Terminate; // before the program itself has begun, the system ends it
        const string Line = "ActorChat was stopped during startup.";
        var random = new Random(4713);
        await using var server = ServerProcess.Prepare();
        for (var round = 0; round < 8; round++)
        {
            foreach (var file in Directory.GetFiles(server.Folder)) File.Delete(file);
            FormerDatabase.Write(server.Database, Messages);
            var hasBegun = round % 2 == 0;
            server.Launch();
            if (hasBegun) await UntilItCopiesAsync(server, before: 0);
            else await Task.Delay(Sometime(random, 2500));

            var exit = await server.StopAsync();

            if (hasBegun) Assert.Equal(0, exit.Code);
            else Assert.Contains(exit.Code, new[] { 0, BySignal });
            Assert.InRange(server.Errors.Count, 0, round + 1);
            FormerDatabase.IsTakenOver(server.Database, Messages);
        }
        server.AssertLogIsCalm();
        Assert.DoesNotContain("   at ", server.Log, StringComparison.Ordinal);
        Assert.NotEmpty(server.Errors);
        Assert.All(server.Errors, line => Assert.Equal(Line, line));
        await server.StartAgainAsync();
        await using var client = await ChatClient.JoinAsync(server);
        Assert.Equal(Messages + 1, await client.SaidAsync("on we go"));
    }
}
