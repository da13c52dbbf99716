using System.Globalization;
using ActorChat.Server.Tests.Clients;
using ActorChat.Server.Tests.Processes;
using Xunit.Abstractions;

namespace ActorChat.Server.Tests.Hosting;

/// <summary>The server releases the memory of users who connect only once and of clients that stop reading.</summary>
[Collection(LoadTests.Name)]
public sealed class ChurnTests(ITestOutputHelper output)
{
    // A connection needs about 13 KiB and its session more. A leak of three rounds would be four times the allowed growth.
    const int Rounds = 4, People = 800, AtOnce = 40;
    const long AllowedGrowth = 10 << 20;
    static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    [Promise("P6")]
    [SkippableFact]
    public async Task Memory_does_not_grow_with_the_number_of_former_connections()
    {
        Requirement.Need(OperatingSystem.IsLinux(), "The memory of the server is read from /proc.");
        await using var server = await ServerProcess.StartAsync(
            ("Limits__MessagesPerSecond", "0"), ("Logging__LogLevel__ActorChat.Server.Sockets.SocketMonitor", "Debug"));
        var memory = new List<long>();
        for (var round = 1; round <= Rounds; round++)
        {
            for (var i = 0; i < People; i += AtOnce)
                await Task.WhenAll(Enumerable.Range(0, AtOnce).Select(n => ConnectOnceAsync(server, n)));
            if (round == 1) await UntilMemoryReleasedAsync(server);
            else await UntilBelowAsync(server, memory[0] + AllowedGrowth);
            memory.Add(ResidentBytes(server));
            output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"after {round * People} people: {memory[^1] >> 20} MiB"));
        }
        server.AssertCalm();
    }

    static async Task ConnectOnceAsync(ServerProcess server, int n)
    {
        switch (n % 4)
        {
            case 0:
                await using (var client = await ClassicClient.JoinAsync(server)) await client.SayAsync("once");
                break;
            case 1: // does not read, and resets the connection
                const string History = """{"type":"history","id":1,"conversation":"default","before":9007199254740992,"limit":100}""";
                await using (var raw = await RawSocket.JoinedAsync(server, receiveBuffer: 4096))
                {
                    for (var i = 0; i < 20; i++) await raw.SendFrameAsync(RawSocket.Text, History);
                    raw.Reset();
                }
                break;
            default:
                await using (var client = await ChatClient.JoinAsync(server))
                {
                    await client.SaidAsync("once");
                    var unknown = Guid.NewGuid().ToString("N");
                    var history = await client.AskAsync(new { type = "history", conversation = unknown, before = 1 });
                    Assert.Equal("not_found", history.Code);
                    var cursors = Enumerable.Range(0, 100).ToDictionary(_ => Guid.NewGuid().ToString("N"), i => i);
                    await client.AskAsync(new { type = "heartbeat", cursors });
                }
                break;
        }
    }

    // The server logs a line when it releases memory: after a thousand closed connections, as soon as it is idle.
    static Task UntilMemoryReleasedAsync(ServerProcess server) => Deadline.UntilAsync(
        () => Task.FromResult(server.Log.Contains("memory was given back", StringComparison.Ordinal)),
        Patience, () => "The server did not release memory.");

    // In later rounds the server may release memory in the middle of the round, so the test checks only the size.
    static Task UntilBelowAsync(ServerProcess server, long bytes) => Deadline.UntilAsync(
        () => Task.FromResult(ResidentBytes(server) <= bytes), Patience,
        () => string.Create(CultureInfo.InvariantCulture, $"The server holds {ResidentBytes(server) >> 20} MiB, more than {bytes >> 20}."));

    static long ResidentBytes(ServerProcess server)
    {
        var status = File.ReadLines($"/proc/{server.Id.ToString(CultureInfo.InvariantCulture)}/status");
        var line = status.First(l => l.StartsWith("VmRSS:", StringComparison.Ordinal));
        return 1024 * long.Parse(line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[1], CultureInfo.InvariantCulture);
    }
}
