using ActorChat.Server.Tests.Clients;
using ActorChat.Server.Tests.Processes;
using ActorChat.Server.Tests.Storage;
using Xunit.Abstractions;

namespace ActorChat.Server.Tests.Hosting;

/// <summary>A start that is interrupted at any point has either completed a step or left no trace of it.</summary>
[Collection(KilledServers.Name)]
public sealed class TornStartTests(ITestOutputHelper output)
{
    const int Messages = 40_000;

    // A random delay between the start of the process and the work on the database, on a machine of any speed.
    static TimeSpan RandomDelay(Random random, int milliseconds) => TimeSpan.FromMilliseconds(random.Next(milliseconds));

    [Promise("P7")]
    [Fact]
    public async Task A_migration_that_is_killed_at_any_point_leaves_the_old_or_the_new_file()
    {
        var random = new Random(4711);
        var original = Path.GetTempFileName();
        File.Delete(original);
        FormerDatabase.Write(original, Messages);
        await using var server = ServerProcess.Prepare();
        var (old, migrated) = (0, 0);
        for (var round = 0; round < 12; round++)
        {
            if (!File.Exists(server.Database)) File.Copy(original, server.Database);
            var before = Copies(server);
            server.Launch();
            if (round % 3 != 0) await UntilCopyBeginsAsync(server, before);
            await Task.Delay(RandomDelay(random, round % 3 == 0 ? 1500 : 400)); // the kill must come at a random point
            await server.KillAsync();
            if (FormerDatabase.IsMigrated(server.Database, Messages))
            {
                migrated++;
                foreach (var file in Directory.GetFiles(server.Folder)) File.Delete(file); // the next round starts from the old file
            }
            else
            {
                old++;
            }
        }
        output.WriteLine($"{old} times the old file, {migrated} times the new one");
        if (!File.Exists(server.Database)) File.Copy(original, server.Database);
        File.Delete(original);

        await server.StartAgainAsync();

        await using var carol = await ChatClient.JoinAsync(server);
        Assert.Equal(Messages, carol.Head);
        Assert.Equal(Messages + 1, await carol.SaidAsync("afterwards"));
        Assert.DoesNotContain(Directory.GetFiles(server.Folder), file => file.Contains("unfinished", StringComparison.Ordinal));
        server.AssertCalm();
    }

    static int Copies(ServerProcess server) => Directory.GetFiles(server.Folder, "*.before-actorchat-*").Length;

    /// <param name="before">The number of copies before the start.</param>
    static Task UntilCopyBeginsAsync(ServerProcess server, int before) => Deadline.UntilAsync(
        () => Copies(server) > before || Directory.GetFiles(server.Folder, "*.unfinished").Length > 0 || !server.IsRunning,
        "The migration does not begin.");

    [Fact]
    public async Task A_first_start_that_is_killed_at_any_point_does_not_disturb_the_next_one()
    {
        var random = new Random(4712);
        await using var server = ServerProcess.Prepare();
        for (var round = 0; round < 10; round++)
        {
            server.Launch();
            await Task.Delay(RandomDelay(random, 1500));
            await server.KillAsync();
            if (round % 3 != 2) continue;
            foreach (var file in Directory.GetFiles(server.Folder)) File.Delete(file); // so that the next one is a first start again
        }
        await server.StartAgainAsync();
        await using var client = await ChatClient.JoinAsync(server);
        Assert.Equal(1, await client.SaidAsync("first"));
        server.AssertCalm();
    }

    [Promise("P10", "P12")]
    [SkippableFact]
    public async Task A_stop_signal_during_startup_exits_with_at_most_one_line()
    {
        const int BySignal = 128 + ServerProcess.Terminate; // the system ends the process if the program has not begun yet
        const string Line = "ActorChat was stopped during startup.";
        var random = new Random(4713);
        await using var server = ServerProcess.Prepare();
        for (var round = 0; round < 8; round++)
        {
            foreach (var file in Directory.GetFiles(server.Folder)) File.Delete(file);
            FormerDatabase.Write(server.Database, Messages);
            var hasBegun = round % 2 == 0;
            server.Launch();
            if (hasBegun) await UntilCopyBeginsAsync(server, before: 0);
            else await Task.Delay(RandomDelay(random, 2500));

            var exit = await server.StopAsync();

            if (hasBegun) Assert.Equal(0, exit.Code);
            else Assert.Contains(exit.Code, new[] { 0, BySignal });
            Assert.InRange(server.Errors.Count, 0, round + 1);
            FormerDatabase.IsMigrated(server.Database, Messages);
        }
        server.AssertLogIsCalm();
        Assert.DoesNotContain("   at ", server.Log, StringComparison.Ordinal);
        Assert.NotEmpty(server.Errors);
        Assert.All(server.Errors, line => Assert.Equal(Line, line));
        await server.StartAgainAsync();
        await using var client = await ChatClient.JoinAsync(server);
        Assert.Equal(Messages + 1, await client.SaidAsync("afterwards"));
    }
}
