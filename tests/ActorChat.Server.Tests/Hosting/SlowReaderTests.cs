using ActorChat.Server.Tests.Clients;
using ActorChat.Server.Tests.Processes;

namespace ActorChat.Server.Tests.Hosting;

[Collection(LoadTests.Name)]
public sealed class SlowReaderTests
{
    [Fact]
    public async Task Who_never_reads_is_cut_off_and_the_others_lose_nothing()
    {
        const int Messages = 1200;
        await using var server = await ServerProcess.StartAsync(("Limits__MessagesPerSecond", "0"));
        await using var slow = await RawSocket.JoinedAsync(server, receiveBuffer: 4096);
        await using var ann = await ChatClient.JoinAsync(server);
        await using var bob = await ChatClient.JoinAsync(server);
        var text = new string('x', 12_000); // 14 MB in all: more than any buffer on the way

        var said = new List<long>();
        for (var i = 0; i < Messages; i += 20) said.AddRange(await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => ann.SaidAsync(text))));

        await bob.ExpectEventAsync(said.Max());
        Assert.Equal(said.Order(), bob.Events.Select(e => e.Seq!.Value));
        var closed = await slow.ReadCloseAsync(TimeSpan.FromSeconds(20));
        Assert.Contains(closed.Code, new int?[] { 4002, null });
        Assert.Equal(said.Max() + 1, await ann.SaidAsync("and on we go"));
        server.AssertCalm();
    }
}
