using System.Globalization;
using ActorChat.Server.Tests.Clients;
using ActorChat.Server.Tests.Processes;
using Xunit.Abstractions;

namespace ActorChat.Server.Tests.Hosting;

/// <summary>People who come once and never again, and clients that stop reading, leave no memory behind.</summary>
[Collection(LoadTests.Name)]
public sealed class ChurnTests(ITestOutputHelper output)
{
    // A connection takes some 13 KiB and what is behind it more: kept, those of three rounds would be four times the room that is allowed here.
    const int Rounds = 4, People = 800, AtOnce = 40;
    const long Room = 10 << 20;
    static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    [Promise("P6")]
    [SkippableFact]
    public async Task Memory_comes_back_after_thousands_who_came_once()
    {
        Requirement.Need(OperatingSystem.IsLinux(), "The memory of the server is read from /proc.");
        await using var server = await ServerProcess.StartAsync(
            ("Limits__MessagesPerSecond", "0"), ("Logging__LogLevel__ActorChat.Server.Sockets.SocketMonitor", "Debug"));
        var memory = new List<long>();
        for (var round = 1; round <= Rounds; round++)
        {
            for (var i = 0; i < People; i += AtOnce) await Task.WhenAll(Enumerable.Range(0, AtOnce).Select(n => ComeAndGoAsync(server, n)));
            if (round == 1) await UntilGivenBackAsync(server);
            else await UntilSmallAsync(server, memory[0] + Room);
            memory.Add(ResidentBytes(server));
            output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"after {round * People} people: {memory[^1] >> 20} MiB"));
        }
        server.AssertCalm();
    }

    static async Task ComeAndGoAsync(ServerProcess server, int n)
    {
        switch (n % 4)
        {
            case 0:
                await using (var client = await ClassicClient.JoinAsync(server)) await client.SayAsync("once");
                break;
            case 1: // one that does not read and is cut off
                await using (var raw = await RawSocket.JoinedAsync(server, receiveBuffer: 4096))
                {
                    for (var i = 0; i < 20; i++) await raw.SendFrameAsync(RawSocket.Text, """{"type":"history","id":1,"conversation":"default","before":9007199254740992,"limit":100}""");
                    raw.Reset();
                }
                break;
            default:
                await using (var client = await ChatClient.JoinAsync(server))
                {
                    await client.SaidAsync("once");
                    var elsewhere = await client.AskAsync(new { type = "history", conversation = Guid.NewGuid().ToString("N"), before = 1 });
                    Assert.Equal("not_found", elsewhere.Code);
                    await client.AskAsync(new { type = "heartbeat", cursors = Enumerable.Range(0, 100).ToDictionary(_ => Guid.NewGuid().ToString("N"), i => i) });
                }
                break;
        }
    }

    // The server says so when it has looked for memory to give back: after a thousand comings and goings, once it is quiet.
    static Task UntilGivenBackAsync(ServerProcess server) => Deadline.UntilAsync(
        () => Task.FromResult(server.Log.Contains("memory was given back", StringComparison.Ordinal)), Patience, () => "The server did not give memory back.");

    // It may do so in the middle of a round, too, where the machine stood still, and not at its end then: what counts is the memory.
    static Task UntilSmallAsync(ServerProcess server, long bytes) => Deadline.UntilAsync(
        () => Task.FromResult(ResidentBytes(server) <= bytes), Patience,
        () => string.Create(CultureInfo.InvariantCulture, $"It keeps {ResidentBytes(server) >> 20} MiB, more than {bytes >> 20}."));

    static long ResidentBytes(ServerProcess server)
    {
        var line = File.ReadLines($"/proc/{server.Id.ToString(CultureInfo.InvariantCulture)}/status").First(l => l.StartsWith("VmRSS:", StringComparison.Ordinal));
        return 1024 * long.Parse(line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[1], CultureInfo.InvariantCulture);
    }
}
