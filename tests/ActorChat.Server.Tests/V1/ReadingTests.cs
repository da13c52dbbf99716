using System.Text.Json;
using ActorChat.Server.Tests.Clients;
using ActorChat.Server.Tests.Processes;

namespace ActorChat.Server.Tests.V1;

[Collection(SharedServerTests.Name)]
public sealed class ReadingTests(SharedServer shared)
{
    readonly ServerProcess server = shared.Server;

    static long[] Seqs(Frame reply, string field) => [.. reply[field].EnumerateArray().Select(e => e.GetProperty("seq").GetInt64())];

    static IEnumerable<long> Range(long from, long to) => Enumerable.Range(0, (int)(to - from + 1)).Select(i => from + i);

    static Task<Frame> PullAsync(ChatClient client, long from, long to) =>
        client.AskAsync(new { type = "pull", conversation = "default", from, to });

    async Task<(ChatClient Client, long Head)> PostedAsync(int messages)
    {
        var client = await ChatClient.JoinAsync(server);
        var said = await Task.WhenAll(Enumerable.Range(0, messages).Select(i => client.SaidAsync($"line {i}")));
        await client.ExpectEventAsync(said.Max());
        return (client, said.Max());
    }

    [Fact]
    public async Task Pull_returns_exactly_the_range_with_the_same_bytes_as_the_live_events()
    {
        var (client, head) = await PostedAsync(20);
        await using var _ = client;

        var pulled = await PullAsync(client, head - 12, head - 3);

        Assert.Equal(
            client.Events.Where(e => e.Seq >= head - 12 && e.Seq <= head - 3).Select(e => e.Text),
            pulled["events"].EnumerateArray().Select(e => e.GetRawText()));
        Assert.Equal([head], Seqs(await PullAsync(client, head, head), "events"));
    }

    [Fact]
    public async Task Pull_ends_at_the_head_and_returns_at_most_a_thousand_events()
    {
        var (client, head) = await PostedAsync(1005);
        await using var _ = client;

        Assert.Equal(Range(head - 2, head), Seqs(await PullAsync(client, head - 2, head + 50), "events"));
        Assert.Empty(Seqs(await PullAsync(client, head + 1, head + 50), "events"));
        Assert.Empty(Seqs(await PullAsync(client, 1L << 53, 1L << 53), "events"));
        Assert.Equal(Range(1, 1000), Seqs(await PullAsync(client, 1, 1L << 53), "events"));
    }

    [Fact]
    public async Task Pull_of_an_inverted_range_is_a_bad_request()
    {
        await using var client = await ChatClient.JoinAsync(server);
        var refused = await PullAsync(client, 10, 9);
        Assert.Equal(("bad_request", "to"), (refused.Code, refused.TextOf("field")));
    }

    [Fact]
    public async Task History_pages_back_from_the_end_and_reports_whether_it_reached_an_end()
    {
        var (client, head) = await PostedAsync(30);
        await using var _ = client;

        var newest = await client.AskAsync(new { type = "history", conversation = "default", before = head + 1, limit = 10 });
        var before = Seqs(newest, "messages")[0];
        var older = await client.AskAsync(new { type = "history", conversation = "default", before, limit = 10 });

        Assert.Equal(Range(head - 9, head), Seqs(newest, "messages"));
        Assert.True(newest["at_end"].GetBoolean());
        Assert.False(newest["at_start"].GetBoolean());
        Assert.True(newest["as_of"].GetInt64() >= head);
        Assert.Equal(Range(head - 19, head - 10), Seqs(older, "messages"));
        Assert.False(older["at_end"].GetBoolean());
    }

    [Fact]
    public async Task History_pages_forward_from_the_start_and_from_a_message()
    {
        var (client, head) = await PostedAsync(30);
        await using var _ = client;

        var first = await client.AskAsync(new { type = "history", conversation = "default", after = 0, limit = 5 });
        var last = await client.AskAsync(new { type = "history", conversation = "default", after = head - 3, limit = 5 });
        var none = await client.AskAsync(new { type = "history", conversation = "default", after = head, limit = 5 });

        Assert.Equal(1, Seqs(first, "messages")[0]);
        Assert.Equal(5, Seqs(first, "messages").Length);
        Assert.True(first["at_start"].GetBoolean());
        Assert.False(first["at_end"].GetBoolean());
        Assert.Equal(Range(head - 2, head), Seqs(last, "messages"));
        Assert.True(last["at_end"].GetBoolean());
        Assert.False(last["at_start"].GetBoolean());
        Assert.Empty(Seqs(none, "messages"));
        Assert.True(none["at_end"].GetBoolean());
    }

    [Fact]
    public async Task History_around_a_message_has_it_in_the_middle()
    {
        var (client, head) = await PostedAsync(30);
        await using var _ = client;

        var page = await client.AskAsync(new { type = "history", conversation = "default", around = head - 10, limit = 9 });
        var around = Seqs(page, "messages");

        Assert.Equal(9, around.Length);
        Assert.Equal(Range(around[0], around[^1]), around);
        Assert.InRange(Array.IndexOf(around, head - 10), 3, 5);
    }

    [Theory]
    [InlineData(null, 50)]
    [InlineData(1000000L, 100)]
    [InlineData(0L, 1)]
    [InlineData(-5L, 1)]
    public async Task The_limit_of_a_page_is_clamped(long? limit, int expected)
    {
        var (client, head) = await PostedAsync(110);
        await using var _ = client;
        var page = await client.AskAsync(new { type = "history", conversation = "default", before = head + 1, limit });
        Assert.Equal(expected, Seqs(page, "messages").Length);
    }

    [Promise("P12")]
    [Theory]
    [InlineData("before", -9007199254740992)]
    [InlineData("after", 9007199254740992)]
    [InlineData("around", 9007199254740992)]
    [InlineData("around", -9007199254740992)]
    public async Task History_at_an_extreme_seq_is_answered(string edge, long seq)
    {
        await using var client = await ChatClient.JoinAsync(server);
        var request = new Dictionary<string, object> { ["type"] = "history", ["conversation"] = "default", [edge] = seq };
        var page = await client.AskAsync(request);
        Assert.True(page.Type == "ok", page.Text);
        await shared.AssertUndisturbedAsync();
    }

    [Fact]
    public async Task A_hundred_concurrent_reads_are_all_answered()
    {
        var (client, head) = await PostedAsync(20);
        await using var _ = client;

        var replies = await Task.WhenAll(Enumerable.Range(0, 100).Select(i => i % 2 == 0
            ? PullAsync(client, head - 10, head)
            : client.AskAsync(new { type = "history", conversation = "default", before = head })));

        Assert.All(replies, r => Assert.Equal(JsonValueKind.Array, r[r.Has("events") ? "events" : "messages"].ValueKind));
    }
}
