using System.Diagnostics;
using System.Globalization;
using System.Text;
using ActorChat.Server.Tests.Clients;
using ActorChat.Server.Tests.Processes;
using Xunit.Abstractions;

namespace ActorChat.Server.Tests.Hosting;

/// <summary>Clients that send any kind of frame as fast as they can.</summary>
public sealed class FloodTests(ITestOutputHelper output)
{
    [Promise("P12")]
    [Theory]
    [InlineData("""{"type":"send","id":5,"conversation":"default","key":"0123456789abcdef","text":"flood"}""", true)]
    [InlineData("""{"type":"heartbeat","id":5}""", true)]
    [InlineData("""{"type":"history","id":5,"conversation":"default","before":9}""", true)]
    [InlineData("""{"type":"pull","id":5,"conversation":"default","from":1,"to":9}""", true)]
    [InlineData("""{"type":"dance","id":5}""", true)]
    [InlineData("""{"type":"send","id":5}""", true)]
    [InlineData("""{"type":"typing","conversation":"default"}""", false)]
    public async Task A_flood_is_refused_then_closed_and_other_clients_are_served(string frame, bool isRefused)
    {
        await using var server = await ServerProcess.StartAsync();
        await using var canary = await Canary.JoinAsync(server);
        await using var neighbour = await ChatClient.JoinAsync(server);
        await canary.ExchangeAsync();
        var before = await RoundTripAsync(neighbour);
        await using var flooder = await RawSocket.JoinedAsync(server);

        var flood = FloodAsync(flooder, RawSocket.FrameOf(RawSocket.Text, Encoding.UTF8.GetBytes(frame)));
        var end = ReadToTheEndAsync(flooder);
        var during = await RoundTripAsync(neighbour);
        await canary.ExchangeAsync();

        var (code, waits) = await end;
        // The close code may be lost with unread data. A client that reads its refusals too slowly is closed as a slow reader, and one
        // that pauses inside a frame is closed for that.
        Assert.Contains(code, new int?[] { 4029, 4002, 4413, null });
        if (code == 4029) Assert.Equal(isRefused, waits.Count > 0);
        if (!isRefused) Assert.Empty(waits);
        Assert.All(waits, wait => Assert.InRange(wait, 1, 1000));
        await canary.ExchangeAsync();
        await flooder.DisposeAsync();
        await flood.WaitAsync(Deadline.Usual);
        server.AssertCalm();
        output.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"p99 of another client: {before} ms before, {during} ms during the flood; {waits.Count} refusals were read"));
    }

    static async Task FloodAsync(RawSocket flooder, byte[] frame)
    {
        var part = Enumerable.Repeat(frame, 100).SelectMany(f => f).ToArray();
        try
        {
            while (true) await flooder.SendBytesAsync(part);
        }
        catch (Exception e) when (e is IOException or ObjectDisposedException or TimeoutException)
        {
            // The server closed the connection.
        }
    }

    static async Task<(int? Code, List<int> Waits)> ReadToTheEndAsync(RawSocket flooder)
    {
        var waits = new List<int>();
        try
        {
            while (true)
            {
                var (opcode, payload) = await flooder.ReadFrameAsync();
                if (opcode == RawSocket.CloseOpcode) return (payload[0] << 8 | payload[1], waits);
                if (opcode == RawSocket.Text && new Frame(payload) is { Type: "error", Code: "rate_limited" } error)
                    waits.Add(error["after_ms"].GetInt32());
            }
        }
        catch (IOException)
        {
            return (null, waits);
        }
    }

    // The second slowest of a hundred round trips, in milliseconds.
    static async Task<double> RoundTripAsync(ChatClient client)
    {
        var trips = new List<double>();
        for (var i = 0; i < 100; i++)
        {
            var since = Stopwatch.GetTimestamp();
            await client.AskAsync(new { type = "heartbeat" });
            trips.Add(Stopwatch.GetElapsedTime(since).TotalMilliseconds);
        }
        return trips.Order().ElementAt(98);
    }
}
