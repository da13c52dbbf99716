using System.Diagnostics;
using ActorChat.Server.Tests.Processes;
using ActorChat.Selftest.Clients;
using ActorChat.Selftest.Histories;
using ActorChat.Selftest.Processes;
using ActorChat.Selftest.Runs;

namespace ActorChat.Server.Tests.Storage;

/// <summary>
/// A kill does not test durability on disk, because the system keeps the writes of a killed process. So these tests trace the system calls.
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

    // Sends one message at a time, so that each sync belongs to exactly one message.
    static async Task<IReadOnlyList<bool>> AcknowledgementsAfterSyncAsync(string synchronous)
    {
        Requirement.Need(HasStrace(), "This needs strace.");
        var folder = Directory.CreateTempSubdirectory("actorchat-");
        try
        {
            var log = Path.Combine(folder.FullName, "trace");
            var server = ProgramCommand.Of(Path.Combine(AppContext.BaseDirectory, "ActorChat.Server.dll"));
            var settings = new Dictionary<string, string>(SelftestRun.Settings(folder.FullName)) { ["Storage__Synchronous"] = synchronous };
            var strace = new ProgramCommand("strace", [.. SystemCallTrace.Arguments(log), server.File, .. server.Arguments]);
            await using (var child = new ServerChild(strace, folder.FullName, settings))
            {
                await child.StartAsync(CancellationToken.None);
                using var deadline = new CancellationTokenSource(Deadline.Usual * 3);
                var recorder = new ClientRecorder(new Recorder(), "ann");
                await using var session = await ChatSession.OpenAsync(
                    child.EndPoint, recorder, 1, new Hello("ann"), _ => { }, stop: deadline.Token);
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
    public async Task Every_acknowledgement_is_written_to_the_socket_after_a_sync_of_the_WAL()
    {
        var oks = await AcknowledgementsAfterSyncAsync("FULL");
        Assert.Equal(Enumerable.Repeat(true, Messages), oks);
    }

    [SkippableFact]
    public async Task With_the_setting_NORMAL_acknowledgements_do_not_wait_for_the_sync()
    {
        var oks = await AcknowledgementsAfterSyncAsync("NORMAL");
        Assert.Equal(Messages, oks.Count);
        Assert.Contains(false, oks);
    }

    [Fact]
    public void The_trace_shows_an_acknowledgement_before_the_end_of_the_sync()
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
