using System.Globalization;
using ActorChat.Server.Tests.Clients;
using ActorChat.Server.Tests.Processes;
using Xunit.Abstractions;

namespace ActorChat.Server.Tests.Hosting;

/// <summary>The server's memory does not grow with the number of users who connect only once and of clients that stop reading.</summary>
[Collection(LoadTests.Name)]
public sealed class ChurnTests(ITestOutputHelper output)
{
    // The first rounds fill what the server keeps: pools, the tail of the conversation, the heap. A connection needs about 13 KiB and its
    // session more. A leak of the last five rounds would be four times the allowed growth.
    const int Rounds = 10, Filled = 5, People = 800, AtOnce = 40;
    const long AllowedGrowth = 12 << 20;
    static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    [Promise("P6")]
    [SkippableFact]
    public async Task Memory_does_not_grow_with_the_number_of_former_connections()
    {
        Requirement.Need(OperatingSystem.IsLinux(), "The memory of the server is read from /proc.");
        await using var server = await ServerProcess.StartAsync(("Limits__MessagesPerSecond", "0"));
        var memory = new List<long>();
        for (var round = 1; round <= Rounds; round++)
        {
            for (var i = 0; i < People; i += AtOnce)
                await Task.WhenAll(Enumerable.Range(0, AtOnce).Select(n => ConnectOnceAsync(server, n)));
            if (round > Filled) await UntilBelowAsync(server, memory[Filled - 1] + AllowedGrowth);
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
