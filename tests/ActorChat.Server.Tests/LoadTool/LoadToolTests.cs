using System.Diagnostics;
using System.Text.Json;
using ActorChat.Server.Tests.Processes;
using ActorChat.Selftest.Processes;

namespace ActorChat.Server.Tests.LoadTool;

/// <summary>The load tool counts correctly and refuses what it must not do. Speed is not tested.</summary>
[Collection(LoadTests.Name)]
public sealed class LoadToolTests : IDisposable
{
    static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("actorchat-");

    async Task<(int Code, string Output, JsonElement? Json)> RunAsync(params string[] arguments)
    {
        var json = Path.Combine(folder.FullName, "result.json");
        var command = ProgramCommand.Of(Path.Combine(AppContext.BaseDirectory, "ActorChat.LoadTool.dll"), [.. arguments, "--json", json]);
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
        return (process.ExitCode, await output + await error, File.Exists(json)
            ? JsonSerializer.Deserialize<JsonElement>(await File.ReadAllTextAsync(json)) : null);
    }

    static double Figure(JsonElement? json, string server, string name) => json!.Value.GetProperty(server).GetProperty(name).GetDouble();

    [Fact]
    public async Task A_fan_out_on_both_servers_counts_every_message_for_every_member()
    {
        var (code, output, json) = await RunAsync("fanout", "--clients", "12", "--senders", "4", "--rate", "50", "--seconds", "2",
            "--warmup", "1", "--drain", "30", "--baseline", "signalr");
        Assert.True(code == 0, output);
        foreach (var server in new[] { "actorchat", "signalr" })
        {
            // The ratio is twelve except for messages under way at both ends of the measurement; that none is lost proves the rest.
            Assert.True(Figure(json, server, "deliveries_s") > Figure(json, server, "messages_s"), output);
            Assert.Equal((0, 0, 0, 0),
                (Figure(json, server, "lost"), Figure(json, server, "duplicated"), Figure(json, server, "reordered"),
                Figure(json, server, "disconnected")));
            Assert.True(Figure(json, server, "deliveries_server-CPU-s") > 0, output);
            Assert.True(Figure(json, server, "p50_ms") > 0, output);
        }
        Assert.Equal(1, Figure(json, "actorchat", "orders_seen"));
        Assert.Contains("ratio", output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_closed_loop_continues_by_itself()
    {
        var (code, output, json) = await RunAsync("fanout", "--clients", "4", "--senders", "2", "--window", "2", "--seconds", "5",
            "--warmup", "0", "--drain", "30");
        Assert.True(code == 0, output);
        Assert.True(Figure(json, "actorchat", "messages_s") > 4, output); // more than the first window
        Assert.Equal(0, Figure(json, "actorchat", "lost"));
    }

    [Fact]
    public async Task Idle_connections_and_joins_are_counted()
    {
        var idle = await RunAsync("idle", "--clients", "50", "--seconds", "1");
        Assert.True(idle.Code == 0, idle.Output);
        Assert.Equal(70, Figure(idle.Json, "actorchat", "connections")); // including the first twenty, which are not measured
        var join = await RunAsync("join", "--clients", "30", "--history", "60");
        Assert.True(join.Code == 0, join.Output);
        Assert.Equal(30, Figure(join.Json, "actorchat", "joined"));
        Assert.True(Figure(join.Json, "actorchat", "bytes_join") > 50 * 80, join.Output); // each client got the newest fifty messages
    }

    [Fact]
    public async Task The_cost_of_writing_is_measured_without_a_server()
    {
        var (code, output, json) = await RunAsync("send-limit", "--clients", "5", "--size", "100", "--seconds", "5");
        Assert.True(code == 0, output);
        Assert.True(Figure(json, "actorchat", "1_at_once:_deliveries_CPU-s") > 0
            && Figure(json, "actorchat", "64_at_once:_µs_write") > 0, output);
    }

    [Theory]
    [InlineData("--anywhere", "fanout", "--host", "192.0.2.1", "--port", "80")]
    [InlineData("'nonsense'", "nonsense")]
    [InlineData("'--rate'", "idle", "--rate", "5")]
    [InlineData("--clients takes a number from 1 to 20000, not '1000000'.", "fanout", "--clients", "1000000")]
    [InlineData("--seconds takes a number from 1 to 600, not '86400'.", "fanout", "--seconds", "86400")]
    [InlineData("--host takes an IP address, not 'elsewhere'.", "idle", "--host", "elsewhere")]
    [InlineData("--stalled is less than --clients", "fanout", "--stalled", "100")]
    [InlineData("without --port", "fanout", "--port", "80", "--baseline", "signalr")]
    public async Task Bad_arguments_are_refused_with_one_line_and_exit_code_2(string about, params string[] arguments)
    {
        var (code, output, json) = await RunAsync(arguments);
        Assert.Equal(2, code);
        Assert.Null(json);
        Assert.Contains(about, Assert.Single(output.Trim().Split('\n')), StringComparison.Ordinal);
    }

    public void Dispose() => folder.Delete(recursive: true);
}
