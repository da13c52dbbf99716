using System.Diagnostics;
using ActorChat.Server.Tests.Processes;
using ActorChat.Selftest.Processes;
using ActorChat.Selftest.Runs;

namespace ActorChat.Server.Tests.Selftest;

/// <summary>The selftest passes for this server, and fails for servers with a fault.</summary>
[Collection(KilledServers.Name)]
public sealed class SelftestTests
{
    static readonly TimeSpan Patience = TimeSpan.FromMinutes(3);

    static readonly Dictionary<string, (string Rule, Func<Fault> Fault)> Faults = new()
    {
        ["loses an event on its way to one client"] = ("stream", () => new EventFault(500, _ => [])),
        ["sends an event twice to one client"] = ("stream", () => new EventFault(500, text => [text, text])),
        ["sends two events in the wrong order to one client"] = ("stream", () => new SwapEvents(500)),
        ["sends another text to one client"] = ("same-for-all", () =>
            new EventFault(500, text => [text.Replace(" says ", " said ", StringComparison.Ordinal)])),
        ["acknowledges a send that it has not stored"] = ("lost", () => new FakeOk(200)),
        ["acknowledges with the seq of another message"] = ("misplaced", () =>
            new OkFault(200, _ => true, ok => ok["seq"] = ok["seq"]!.GetValue<long>() + 1)),
        ["acknowledges a duplicate as new"] = ("answers-differ", () =>
            new OkFault(3, ok => ok["duplicate"]!.GetValue<bool>(), ok => ok["duplicate"] = false)),
        ["stores a copy"] = ("copied", () => new StoreCopy(200)),
        ["stores two messages of one sender in the wrong order"] = ("sender-order", () => new SwapSends(200)),
    };

    public static TheoryData<string> FaultNames => [.. Faults.Keys];

    static async Task<(int Code, string Output, string Error)> RunAsync(params string[] arguments)
    {
        var command = ProgramCommand.Of(Path.Combine(AppContext.BaseDirectory, "ActorChat.Selftest.dll"), arguments);
        using var process = Process.Start(new ProcessStartInfo(command.File, command.Arguments) { RedirectStandardOutput = true,
            RedirectStandardError = true })!;
        var (output, error) = (process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
        try
        {
            await process.WaitForExitAsync().WaitAsync(Patience);
        }
        finally
        {
            if (!process.HasExited) process.Kill(entireProcessTree: true);
        }
        return (process.ExitCode, await output, await error);
    }

    [Promise("P1", "P2", "P3", "P4", "P7", "P10")]
    [Fact]
    public async Task This_server_keeps_its_promises_through_kills_stops_cuts_and_repetitions()
    {
        var (code, output, error) = await RunAsync("--messages", "1000", "--seconds", "5", "--kills", "5", "--clients", "6", "--seed",
            "17");
        Assert.True(code == 0, output + error);
        var lines = output.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.Contains("1000 messages, then 5 s and 5 kills, 6 clients, seed 17", lines[0], StringComparison.Ordinal);
        Assert.Contains(lines, line => line.Contains(" acknowledged ", StringComparison.Ordinal)); // the progress
        Assert.StartsWith(SelftestReport.Kept, lines[^1], StringComparison.Ordinal);
        Assert.Matches(@"^server +([5-9]|\d\d+) kills", Assert.Single(lines, line => line.StartsWith("server ", StringComparison.Ordinal)));
        foreach (var figure in new[] { "messages", "sends", "connections", "openings", "events seen" })
            Assert.Matches("[1-9]", Assert.Single(lines, line => line.StartsWith(figure + " ", StringComparison.Ordinal)));
    }

    [Theory]
    [MemberData(nameof(FaultNames))]
    public async Task It_notices_a_server_that(string what)
    {
        var (rule, make) = Faults[what];
        var folder = Directory.CreateTempSubdirectory("actorchat-");
        try
        {
            var fault = make();
            await using var child = SelftestServer.In(folder, SelftestServer.Settings(folder));
            await using var proxy = new FaultyProxy(child.EndPoint, fault);
            var result = await new SelftestRun(new SelftestOptions(Seconds: 2, Clients: 4, Seed: 5, Messages: 1500), child, proxy.EndPoint,
                _ => { }).RunAsync(CancellationToken.None).WaitAsync(Patience);
            var report = string.Join('\n', SelftestReport.Lines(result));
            Assert.True(fault.Done > 0, report);
            Assert.True(result.Violations.Any(v => v.Rule == rule), report);
            Assert.Contains(SelftestReport.Broken, report, StringComparison.Ordinal);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    [Theory]
    [InlineData("--seconds takes a number from 1 to 3600, not '0'.", "--seconds", "0")]
    [InlineData("--seconds takes a number from 1 to 3600, not 'many'.", "--seconds", "many")]
    [InlineData("--clients", "--clients", "100000")]
    [InlineData("--kills", "--kills", "-1")]
    [InlineData("--seed", "--seed")]
    [InlineData("'--nonsense'", "--nonsense", "1")]
    [InlineData("--postgres", "--nodes", "2")]
    public async Task Bad_arguments_are_refused_with_one_line_and_exit_code_2(string about, params string[] arguments)
    {
        var (code, output, error) = await RunAsync(arguments);
        Assert.Equal((2, ""), (code, output));
        Assert.Contains(about, Assert.Single(error.Trim().Split('\n')), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("--help", "--postgres <connection string>")]
    [InlineData("--version", "0.")]
    public async Task Help_and_version_are_printed(string argument, string expected)
    {
        var (code, output, error) = await RunAsync(argument);
        Assert.Equal((0, ""), (code, error));
        Assert.Contains(expected, output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task If_the_server_does_not_start_there_is_no_verdict()
    {
        var folder = Directory.CreateTempSubdirectory("actorchat-");
        try
        {
            var settings = SelftestServer.Settings(folder);
            settings["Limits__TextBytes"] = "none";
            await using var child = SelftestServer.In(folder, settings);
            var result = await new SelftestRun(new SelftestOptions(Seconds: 1), child, child.EndPoint, _ =>
                { }).RunAsync(CancellationToken.None);
            Assert.False(result.Passed);
            var line = Assert.Single(SelftestReport.Lines(result));
            Assert.StartsWith(SelftestReport.None, line, StringComparison.Ordinal);
            Assert.Contains("TextBytes", line, StringComparison.Ordinal);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }
}
