using System.Diagnostics;
using ActorChat.Server.Tests.Processes;
using ActorChat.Selftest.Clients;
using ActorChat.Selftest.Histories;
using ActorChat.Selftest.Processes;
using ActorChat.Selftest.Runs;

namespace ActorChat.Server.Tests.Storage;

/// <summary>
/// A kill does not test the disk: what a process has written survives it. What reaches the disk, and when, only the system calls show.
/// </summary>
[Collection(LoadTests.Name)]
public sealed class SyncTests
{
    const int Messages = 20;

    static bool HasStrace()
    {
        try
        {
            using var strace = Process.Start(new ProcessStartInfo("strace", ["-V"]) { RedirectStandardOutput = true })!;
            strace.WaitForExit();
            return strace.ExitCode == 0;
        }
        catch (System.ComponentModel.Win32Exception)
        {
            return false;
        }
    }

    // One message after the other: what is synced before its answer is synced for it.
    static async Task<IReadOnlyList<bool>> AcknowledgementsAfterSyncAsync(string synchronous)
    {
        Requirement.Need(HasStrace(), "There is no strace here.");
        var folder = Directory.CreateTempSubdirectory("actorchat-");
        try
        {
            var log = Path.Combine(folder.FullName, "trace");
            var server = ProgramCommand.Of(Path.Combine(AppContext.BaseDirectory, "ActorChat.Server.dll"));
            var settings = new Dictionary<string, string>(SelftestRun.Settings(folder.FullName)) { ["Storage__Synchronous"] = synchronous };
            await using (var child = new ServerChild(new ProgramCommand("strace", [.. SystemCallTrace.Arguments(log), server.File, .. server.Arguments]), folder.FullName, settings))
            {
                await child.StartAsync(CancellationToken.None);
                using var deadline = new CancellationTokenSource(Deadline.Usual * 3);
                await using var session = await ChatSession.OpenAsync(child.EndPoint, new ClientRecorder(new Recorder(), "ann"), 1, new Arrival("ann"), _ => { }, stop: deadline.Token);
                for (var i = 0; i < Messages; i++)
                {
                    await session.SendAsync([new Draft($"0123456789abcdef-{i}", $"message {i}")], deadline.Token);
                    await session.DrainAsync(deadline.Token);
                }
            }
            return SystemCallTrace.AcknowledgementsAfterSync(File.ReadLines(log));
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    [Promise("P1")]
    [SkippableFact]
    public async Task Before_every_acknowledgement_that_is_written_to_a_socket_a_sync_of_the_WAL_has_finished()
    {
        var oks = await AcknowledgementsAfterSyncAsync("FULL");
        Assert.Equal(Enumerable.Repeat(true, Messages), oks);
    }

    [SkippableFact]
    public async Task Where_the_operator_asks_for_speed_the_trace_shows_that_it_is_not_so()
    {
        var oks = await AcknowledgementsAfterSyncAsync("NORMAL");
        Assert.Equal(Messages, oks.Count);
        Assert.Contains(false, oks);
    }

    [Fact]
    public void A_trace_in_which_the_answer_leaves_before_the_sync_has_finished_is_seen_as_such()
    {
        string[] trace =
        [
            """7 openat(AT_FDCWD, "/data/chat.db-wal", O_RDWR|O_CREAT, 0644) = 12""",
            """7 pwrite64(12, "...", 4096, 0) = 4096""",
            """7 fdatasync(12) = 0""",
            """9 sendto(20, "{\"type\":\"ok\",\"re\":1,\"seq\":1", 99, 0, NULL, 0) = 99""",
            """7 pwrite64(12, "...", 4096, 0) = 4096""",
            """7 fdatasync(12 <unfinished ...>""",
            """9 sendto(20, "{\"type\":\"ok\",\"re\":2,\"seq\":2", 99, 0, NULL, 0) = 99""",
            """7 <... fdatasync resumed>) = 0""",
            """9 sendto(20, "{\"type\":\"ok\",\"re\":3,\"seq\":3", 99, 0, NULL, 0) = 99""",
        ];
        Assert.Equal([true, false, false], SystemCallTrace.AcknowledgementsAfterSync(trace));
    }
}
