using System.Net;
using ActorChat.Server.Telemetry;
using ActorChat.Server.Tests.Clients;
using ActorChat.Server.Tests.Processes;
using ActorChat.Storage.Tests.Postgres;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Configuration;

namespace ActorChat.Server.Tests.Telemetry;

/// <summary>What a server exports, over the wire.</summary>
public sealed class TelemetryTests : IDisposable
{
    // Exports without the usual pauses of seconds.
    static readonly (string, string)[] Quick = [("OTEL_BSP_SCHEDULE_DELAY", "100"), ("OTEL_METRIC_EXPORT_INTERVAL", "200"),
        ("Ai__MockDelayMs", "0")];

    readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("actorchat-");

    static Task<HttpResponseMessage> GetMetricsAsync(ServerProcess server, string? header = null)
    {
        var request = new HttpRequestMessage(HttpMethod.Get, "metrics");
        if (header is not null) request.Headers.Add(header, "192.0.2.1");
        return server.Http.SendAsync(request);
    }

    /// <summary>Somebody says something and asks the bot. Returns what must not be exported: the name, the token and the text.</summary>
    static async Task<string[]> TalkAsync(ServerProcess server)
    {
        var (name, text) = ($"ann-{Guid.NewGuid():N}"[..20], $"marker{Guid.NewGuid():N}");
        await using var ann = await ChatClient.JoinAsync(server, name);
        await ann.SaidAsync(text);
        await ann.SaidAsync($"/AIBot {text}");
        await ann.ExpectAsync(f => f.Type == "answered");
        return [name, ann.Token, text];
    }

    [Fact]
    public async Task By_default_nothing_is_exported_and_there_is_no_path_for_metrics()
    {
        await using var server = await ServerProcess.StartAsync();
        using var response = await GetMetricsAsync(server);
        Assert.Equal(HttpStatusCode.NotFound, response.StatusCode);

        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.AddTelemetry();
        Assert.DoesNotContain(builder.Services, service =>
            service.ServiceType.FullName!.StartsWith("OpenTelemetry", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Prometheus_reads_the_metrics_of_the_server_the_web_server_and_the_runtime()
    {
        await using var server = await ServerProcess.StartAsync(("Telemetry__Prometheus", "true"), ("Ai__MockDelayMs", "0"));
        var secrets = await TalkAsync(server);
        using var response = await GetMetricsAsync(server);
        var metrics = await response.Content.ReadAsStringAsync();
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        foreach (var name in new[] { "actorchat_connections", "actorchat_messages", "actorchat_commit_duration", "actorchat_answers",
            "http_server_request_duration", "dotnet_gc" })
            Assert.Matches($"(?m)^{name}\\w*[{{ ]", metrics);
        foreach (var secret in secrets) Assert.DoesNotContain(secret, metrics, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("X-Forwarded-For")]
    [InlineData("X-Real-IP")]
    [InlineData("Forwarded")]
    public async Task Through_a_proxy_on_the_same_machine_the_metrics_are_not_there_unless_everybody_may_read_them(string header)
    {
        await using (var server = await ServerProcess.StartAsync(("Telemetry__Prometheus", "true")))
        {
            using var refused = await GetMetricsAsync(server, header);
            Assert.Equal(HttpStatusCode.NotFound, refused.StatusCode);
        }
        await using var open = await ServerProcess.StartAsync(("Telemetry__Prometheus", "true"), ("Telemetry__PrometheusAnywhere", "true"));
        using var allowed = await GetMetricsAsync(open, header);
        Assert.Equal(HttpStatusCode.OK, allowed.StatusCode);
    }

    [Theory]
    [InlineData("127.0.0.1", true)]
    [InlineData("::1", true)]
    [InlineData("::ffff:127.0.0.1", true)]
    [InlineData("192.0.2.1", false)]
    [InlineData("::ffff:192.0.2.1", false)]
    public void Only_loopback_addresses_are_this_machine(string address, bool expected) =>
        Assert.Equal(expected,
            TelemetryExtensions.IsFromThisMachine(new DefaultHttpContext { Connection = { RemoteIpAddress = IPAddress.Parse(address) } }));

    [Fact]
    public async Task A_collector_gets_metrics_and_the_spans_of_commits_and_answers_without_any_text_name_or_token()
    {
        await using var collector = new Collector();
        await using var server = await ServerProcess.StartAsync([("Telemetry__OtlpEndpoint", collector.Address), .. Quick]);
        var secrets = await TalkAsync(server);
        await Deadline.UntilAsync(
            () => collector.HasReceived("/v1/traces", "commit", "answer", "actorchat.outcome", "stored")
                && collector.HasReceived("/v1/metrics", "actorchat.commit.duration", "dotnet.gc"),
            "The collector did not get the spans and metrics.");
        Assert.Equal(0, (await server.StopAsync()).Code);
        // A WebSocket is one request for as long as it is open: requests are not traced.
        Assert.False(collector.HasReceived("/v1/traces", "Microsoft.AspNetCore"));
        foreach (var secret in secrets) Assert.DoesNotContain(collector.All, body => body.Contains(secret, StringComparison.Ordinal));
    }

    [SkippableFact]
    public async Task The_spans_of_a_commit_have_those_of_its_statements_below_them_without_any_text_name_or_token()
    {
        var database = await (await PostgresServer.SharedAsync()).CreateDatabaseAsync();
        await using var collector = new Collector();
        await using var server = await ServerProcess.StartAsync(
            [("Storage__Provider", "postgres"), ("Storage__ConnectionString", database), ("Telemetry__OtlpEndpoint", collector.Address),
                .. Quick]);
        var secrets = await TalkAsync(server);
        await Deadline.UntilAsync(() =>
            collector.HasReceived("/v1/traces", "Npgsql", "commit_commands"), "The collector did not get the spans of the statements.");
        Assert.Equal(0, (await server.StopAsync()).Code);
        foreach (var secret in secrets) Assert.DoesNotContain(collector.All, body => body.Contains(secret, StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_collector_that_hangs_neither_disturbs_the_server_nor_delays_its_stop()
    {
        await using var collector = new Collector(answers: false);
        await using var server = await ServerProcess.StartAsync([("Telemetry__OtlpEndpoint", collector.Address), .. Quick]);
        await TalkAsync(server);
        await Deadline.UntilAsync(() => collector.HasReceived("/v1/traces"), "The server did not export.");
        await TalkAsync(server);
        var exit = await server.StopAsync();
        Assert.Equal(0, exit.Code);
        Assert.True(exit.Took < TimeSpan.FromSeconds(10), $"It took {exit.Took}.");
        server.AssertLogIsCalm();
    }

    [Theory]
    [InlineData("Telemetry__OtlpEndpoint", "collector:4318")]
    [InlineData("Telemetry__OtlpEndpoint", "nonsense")]
    [InlineData("Telemetry__Prometheus", "perhaps")]
    [InlineData("Telemetry__PrometheusAnywhere", "true")]
    [InlineData("Telemetry__Nonsense", "true")]
    public async Task A_wrong_setting_stops_the_start_with_one_line_that_names_it(string name, string value)
    {
        var start = await FailedStart.OfAsync(folder.FullName, (name, value));
        Assert.Equal(1, start.ExitCode);
        Assert.Contains(name.Replace("__", ":", StringComparison.Ordinal), Assert.Single(start.Errors), StringComparison.Ordinal);
    }

    public void Dispose() => folder.Delete(recursive: true);
}
