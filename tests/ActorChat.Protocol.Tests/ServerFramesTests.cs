using ActorChat.Domain;

namespace ActorChat.Protocol.Tests;

public sealed class ServerFramesTests
{
    static readonly DateTimeOffset At = new(2026, 11, 22, 7, 40, 52, 123, TimeSpan.Zero);

    [Fact]
    public void An_error_has_only_the_fields_that_apply()
    {
        Assert.Equal(
            """{"type":"error","re":7,"code":"rate_limited","message":"slow","retry":true,"after_ms":200}""",
            BuiltFrames.Text(to => ServerFrames.Error(to, 7, new Refusal(ErrorCode.RateLimited, "slow", AfterMs: 200))));
        Assert.Equal(
            """{"type":"error","code":"bad_request","message":"no","retry":false,"field":"text"}""",
            BuiltFrames.Text(to => ServerFrames.Error(to, null, new Refusal(ErrorCode.BadRequest, "no", "text"))));
    }

    [Fact]
    public void A_receipt_has_seq_time_and_duplicate() => Assert.Equal(
        """{"type":"ok","re":7,"seq":4204,"at":"2026-11-22T07:40:52.123Z","duplicate":false}""",
        BuiltFrames.Text(to => ServerFrames.Sent(to, 7, 4204, At, false)));

    [Fact]
    public void Welcome_has_the_limits_and_the_conversations()
    {
        var card = new ConversationCard(ConversationId.Default, "General", "public", 42, 40, 2, 3);
        var welcome = new Welcome(1, "e7", "b1", "s1", new Author(new UserId("u1"), "ann"), "member", "t", new LimitsOptions(), [card]);
        const string Conversations =
            "\"conversations\":[" +
            "{\"id\":\"default\",\"title\":\"General\",\"kind\":\"public\",\"head\":42,\"read\":40,\"unread\":2,\"members\":3}]}";
        Assert.Equal(
            """{"type":"welcome","re":1,"epoch":"e7","build":"b1","session":"s1","user":{"id":"u1","name":"ann","role":"member"}""" +
            ""","token":"t","heartbeat_ms":25000,"limits":{"frame_bytes":65536,"text_bytes":16384""" +
            ""","messages":{"per_second":5,"burst":10},"requests":{"per_second":100,"burst":1000}},""" + Conversations,
            BuiltFrames.Text(welcome.AddTo));
        var shortest = welcome with { Re = null, Build = null, Token = null, Limits = new LimitsOptions { MessagesPerSecond = 0 } };
        Assert.Equal(
            """{"type":"welcome","epoch":"e7","session":"s1","user":{"id":"u1","name":"ann","role":"member"},"heartbeat_ms":25000""" +
            ""","limits":{"frame_bytes":65536,"text_bytes":16384},""" + Conversations,
            BuiltFrames.Text(shortest.AddTo));
    }

    [Fact]
    public void Sync_and_reset_contain_the_encoded_texts_unchanged()
    {
        ReadOnlyMemory<byte>[] texts = ["{\"a\":1}"u8.ToArray(), "{\"b\":2}"u8.ToArray()];
        Assert.Equal(
            """{"type":"sync","conversation":"default","from":4,"to":5,"events":[{"a":1},{"b":2}]}""",
            BuiltFrames.Text(to => ServerFrames.Sync(to, ConversationId.Default, 4, 5, texts, more: false)));
        Assert.Equal(
            """{"type":"sync","conversation":"default","from":6,"to":5,"events":[],"more":true}""",
            BuiltFrames.Text(to => ServerFrames.Sync(to, ConversationId.Default, 6, 5, [], more: true)));
        Assert.Equal(
            """{"type":"reset","conversation":"default","why":"too_far","hole":[2,9],"as_of":11,"messages":[{"a":1},{"b":2}]}""",
            BuiltFrames.Text(to => ServerFrames.Reset(to, ConversationId.Default, ResetReason.TooFar, (2, 9), 11, texts)));
    }

    [Theory]
    [InlineData(ResetReason.New, "new")]
    [InlineData(ResetReason.Epoch, "epoch")]
    [InlineData(ResetReason.Ahead, "ahead")]
    public void A_reset_has_its_reason(ResetReason why, string name) => Assert.Equal(
        $$"""{"type":"reset","conversation":"default","why":"{{name}}","as_of":0,"messages":[]}""",
        BuiltFrames.Text(to => ServerFrames.Reset(to, ConversationId.Default, why, null, 0, [])));

    [Fact]
    public void Ephemeral_frames_have_no_seq()
    {
        Assert.Equal(
            """{"type":"live","conversations":["default"]}""",
            BuiltFrames.Text(to => ServerFrames.Live(to, [ConversationId.Default])));
        Assert.Equal(
            """{"type":"typing","conversation":"default","user":{"id":"u1","name":"ann"}}""",
            BuiltFrames.Text(to => ServerFrames.Typing(to, ConversationId.Default, new Author(new UserId("u1"), "ann"))));
        Assert.Equal(
            """{"type":"read","conversation":"default","seq":9}""",
            BuiltFrames.Text(to => ServerFrames.Read(to, ConversationId.Default, 9)));
        Assert.Equal(
            """{"type":"ai_delta","conversation":"default","message":9,"offset":4,"text":"so "}""",
            BuiltFrames.Text(to => ServerFrames.AiDelta(to, ConversationId.Default, 9, 4, "so ")));
        Assert.Equal("""{"type":"goaway","after_ms":200,"why":"bye"}""", BuiltFrames.Text(to => ServerFrames.GoAway(to, 200, "bye")));
    }

    [Fact]
    public void Presence_lists_people_or_counts_them()
    {
        Author ann = new(new UserId("u1"), "ann"), bob = new(new UserId("u2"), "bob");
        Assert.Equal(
            """{"type":"presence","conversation":"default","state":[{"id":"u1","name":"ann"},{"id":"u2","name":"bob"}]}""",
            BuiltFrames.Text(to => PresenceFrames.State(to, ConversationId.Default, [ann, bob])));
        Assert.Equal(
            """{"type":"presence","conversation":"default","joined":[{"id":"u1","name":"ann"}],"left":[]}""",
            BuiltFrames.Text(to => PresenceFrames.Change(to, ConversationId.Default, [ann], [])));
        Assert.Equal(
            """{"type":"presence","conversation":"default","count":1001}""",
            BuiltFrames.Text(to => PresenceFrames.Count(to, ConversationId.Default, 1001)));
    }
}
