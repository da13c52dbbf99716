using ActorChat.Server.Tests.Clients;
using ActorChat.Server.Tests.Processes;

namespace ActorChat.Server.Tests.Hosting;

[Collection(LoadTests.Name)]
public sealed class SlowReaderTests
{
    // Waits for all readers after each round. Otherwise a reader on a paused machine could become a slow reader, too.
    static async Task<List<long>> PostAndReceiveAsync(ChatClient[] senders, int times, string text, ChatClient[] readers)
    {
        var said = new List<long>();
        for (var i = 0; i < times; i++)
        {
            var before = readers.Select(reader => reader.Now).ToArray();
            said.AddRange(await Task.WhenAll(senders.Select(sender => sender.SaidAsync(text))));
            var last = said.Max();
            await Task.WhenAll(readers.Select((reader, n) =>
                reader.ExpectAsync(f => f.Seq == last && f.Type == "message", from: before[n])));
        }
        return said;
    }

    [Promise("P5")]
    [Fact]
    public async Task A_client_that_never_reads_is_closed_and_the_others_lose_nothing()
    {
        const int Messages = 1200;
        await using var server = await ServerProcess.StartAsync(("Limits__MessagesPerSecond", "0"));
        await using var slow = await RawSocket.JoinedAsync(server, receiveBuffer: 4096);
        await using var ann = await ChatClient.JoinAsync(server);
        await using var bob = await ChatClient.JoinAsync(server);
        var text = new string('x', 12_000); // 14 MB in all, more than all buffers on the way

        var said = await PostAndReceiveAsync([.. Enumerable.Repeat(ann, 20)], Messages / 20, text, [ann, bob]);

        Assert.Equal(said.Order(), bob.Events.Select(e => e.Seq!.Value));
        var closed = await slow.ReadCloseAsync();
        Assert.Contains(closed.Code, new int?[] { 4002, null });
        Assert.Equal(said.Max() + 1, await ann.SaidAsync("afterwards"));
        server.AssertCalm();
    }

    [Promise("P5")]
    [Fact]
    public async Task If_ten_of_fifty_clients_never_read_nobody_loses_anything_after_they_resume()
    {
        const int Slow = 10, Others = 40, Messages = 900;
        await using var server = await ServerProcess.StartAsync(("Limits__MessagesPerSecond", "0"));
        var tokens = new List<(string Token, string Epoch)>();
        var slow = new List<RawSocket>();
        for (var i = 0; i < Slow; i++)
        {
            await using var first = await ChatClient.JoinAsync(server);
            tokens.Add((first.Token, first.Epoch));
            slow.Add(await RawSocket.ReturnedAsync(server, first.Token, receiveBuffer: 4096));
        }
        var others = await Task.WhenAll(Enumerable.Range(0, Others).Select(_ => ChatClient.JoinAsync(server)));
        var text = new string('x', 7000); // 6 MB in all, more than the system and the server buffer for one client

        var said = await PostAndReceiveAsync(others[..20], Messages / 20, text, others);

        foreach (var client in others) Assert.Equal(said.Order(), client.Events.Select(e => e.Seq!.Value));
        foreach (var raw in slow)
        {
            Assert.Contains((await raw.ReadCloseAsync(TimeSpan.FromSeconds(60))).Code, new int?[] { 4002, null });
            await raw.DisposeAsync();
        }
        foreach (var (token, epoch) in tokens)
        {
            await using var back = await ChatClient.ReturnAsync(server, token, epoch, 0);
            var replayed = back.Frames.Where(f => f.Type == "sync").SelectMany(f => f["events"].EnumerateArray());
            Assert.Equal(said.Order(), replayed.Select(e => e.GetProperty("seq").GetInt64()));
        }
        foreach (var client in others) await client.DisposeAsync();
        server.AssertCalm();
    }
}
