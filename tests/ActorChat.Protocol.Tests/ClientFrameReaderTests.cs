using System.Text;
using ActorChat.Domain;

namespace ActorChat.Protocol.Tests;

public sealed class ClientFrameReaderTests
{
    const string Key = "0123456789abcdef";

    static T Read<T>(string json) where T : ClientFrame => Assert.IsType<T>(ClientFrames.Read(json));

    [Fact]
    public void All_fields_of_a_send_are_read()
    {
        var send = ClientFrames.Read(
            $$"""{"type":"send","id":3,"conversation":"default","key":"{{Key}}","text":" hi ","reply_to":9}""");
        Assert.Equal(new SendFrame(3, ConversationId.Default, Key, " hi ", 9), send);
    }

    [Fact]
    public void Fields_may_have_any_order_and_unknown_fields_are_skipped()
    {
        var send = ClientFrames.Read(
            $$"""{"x":[{"text":"no"}],"text":"hi","key":"{{Key}}","id":3,"__proto__":{"type":"hello"},"conversation":"c","type":"send"}""");
        Assert.Equal(new SendFrame(3, new ConversationId("c"), Key, "hi", null), send);
    }

    [Fact]
    public void The_last_of_repeated_fields_counts()
    {
        var send = Read<SendFrame>($$"""{"type":"send","conversation":"default","key":"{{Key}}","text":7,"text":"a","text":"b"}""");
        Assert.Equal("b", send.Text);
        var refusal = ClientFrames.Refusal($$"""{"type":"send","conversation":"default","key":"{{Key}}","text":"b","text":null}""");
        Assert.Equal("text", refusal.Field);
    }

    [Fact]
    public void Null_counts_as_absent()
    {
        Assert.Equal(new HeartbeatFrame(null, null), ClientFrames.Read("""{"type":"heartbeat","id":null,"cursors":null}"""));
        var send = Read<SendFrame>($$"""{"type":"send","conversation":"c","key":"{{Key}}","text":"x","reply_to":null}""");
        Assert.Null(send.ReplyTo);
    }

    [Fact]
    public void A_later_null_removes_resume_and_cursors()
    {
        Assert.Null(Read<HelloFrame>("""{"type":"hello","name":"ann","resume":{"epoch":"e","cursors":{}},"resume":null}""").Resume);
        Assert.Null(Read<HeartbeatFrame>("""{"type":"heartbeat","cursors":{"default":5},"cursors":null}""").Cursors);
    }

    [Fact]
    public void A_hello_has_a_name_or_a_token_and_may_resume()
    {
        var first = Read<HelloFrame>("""{"type":"hello","id":1,"client":"web/1.0","name":"ann"}""");
        Assert.Equal((1L, "web/1.0", "ann", null, null), (first.Id, first.Client, first.Name, first.Token, first.Resume));
        var back = Read<HelloFrame>("""{"type":"hello","token":"t","resume":{"epoch":"e7","cursors":{"default":4181,"x":0},"more":[1]}}""");
        Assert.Equal(("t", "e7"), (back.Token, back.Resume!.Epoch));
        Assert.Equal(new Dictionary<string, long> { ["default"] = 4181, ["x"] = 0 }, back.Resume.Cursors);
    }

    [Fact]
    public void A_sign_out_needs_only_its_type() =>
        Assert.Equal(new SignOutFrame(4), ClientFrames.Read("""{"type":"sign_out","id":4}"""));

    [Theory]
    [InlineData("before", PageEdge.Before)]
    [InlineData("after", PageEdge.After)]
    [InlineData("around", PageEdge.Around)]
    public void History_has_one_edge_and_a_limit(string field, PageEdge edge)
    {
        var page = ClientFrames.Read($$"""{"type":"history","id":1,"conversation":"c","{{field}}":12,"limit":7}""");
        Assert.Equal(new HistoryFrame(1, new ConversationId("c"), new HistoryRange(edge, 12, 7)), page);
    }

    [Theory]
    [InlineData("", 50)]
    [InlineData(",\"limit\":100", 100)]
    [InlineData(",\"limit\":101", 100)]
    [InlineData(",\"limit\":9007199254740992", 100)]
    [InlineData(",\"limit\":0", 1)]
    [InlineData(",\"limit\":-9007199254740992", 1)]
    public void The_limit_of_a_page_is_clamped(string limit, int expected) =>
        Assert.Equal(expected, Read<HistoryFrame>($$"""{"type":"history","conversation":"c","before":12{{limit}}}""").Page.Limit);

    [Fact]
    public void All_fields_of_pull_read_typing_and_heartbeat_are_read()
    {
        Assert.Equal(
            new ReadFrame(1, ConversationId.Default, 9),
            ClientFrames.Read("""{"type":"read","id":1,"conversation":"default","seq":9}"""));
        Assert.Equal(
            new PullFrame(1, ConversationId.Default, 3, 9),
            ClientFrames.Read("""{"type":"pull","id":1,"conversation":"default","from":3,"to":9}"""));
        Assert.Equal(
            new TypingFrame(null, ConversationId.Default),
            ClientFrames.Read("""{"type":"typing","conversation":"default"}"""));
        Assert.Equal(5, Read<HeartbeatFrame>("""{"type":"heartbeat","cursors":{"default":5}}""").Cursors!["default"]);
    }

    [Fact]
    public void An_unknown_request_keeps_its_id() =>
        Assert.Equal(new UnknownFrame(8, "dance"), ClientFrames.Read("""{"type":"dance","id":8,"key":5}"""));

    [Theory]
    [InlineData("")]
    [InlineData("[]")]
    [InlineData("\"send\"")]
    [InlineData("null")]
    [InlineData("{}{}")]
    [InlineData("{} x")]
    [InlineData("{\"type\":\"heartbeat\",}")]
    [InlineData("{\"type\":\"heartbeat\"/**/}")]
    [InlineData("{\"id\":01}")]
    [InlineData("{\"id\":NaN}")]
    [InlineData("{\"a\":[[[[[[[[[]]]]]]]]]}")]
    public void A_frame_that_is_not_one_JSON_object_of_limited_depth_is_bad_json(string frame)
    {
        var refused = Read<RefusedFrame>(frame);
        Assert.Equal((ErrorCode.BadJson, (long?)null), (refused.Error.Code, refused.Id));
    }

    [Theory]
    [InlineData("\"7\"")]
    [InlineData("1.5")]
    [InlineData("1e309")]
    [InlineData("9007199254740993")]
    [InlineData("true")]
    public void The_refusal_of_a_wrong_id_has_no_id(string id)
    {
        var refused = Read<RefusedFrame>($$"""{"type":"heartbeat","id":{{id}}}""");
        Assert.Equal((ErrorCode.BadRequest, "id", (long?)null), (refused.Error.Code, refused.Error.Field, refused.Id));
    }

    [Theory]
    [InlineData("0123456789abcde", false)]
    [InlineData("0123456789abcdef", true)]
    [InlineData("0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef", true)]
    [InlineData("0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef0", false)]
    [InlineData("!~!~!~!~!~!~!~!~", true)]
    [InlineData("0123456789 abcdef", false)]
    [InlineData("0123456789abcdé f", false)]
    public void A_key_has_16_to_64_visible_ASCII_characters(string key, bool isKey)
    {
        var read = ClientFrames.Read($$"""{"type":"send","conversation":"c","key":"{{key}}","text":"x"}""");
        Assert.Equal(isKey, read is SendFrame);
        if (read is RefusedFrame refused) Assert.Equal("key", refused.Error.Field);
    }

    [Theory]
    [InlineData("x", 1)]
    [InlineData("é", 2)]
    [InlineData("漢", 3)]
    [InlineData("😀", 4)]
    public void The_limit_of_a_text_is_exact_in_bytes(string character, int bytes)
    {
        var limits = new LimitsOptions { TextBytes = 12 };
        var exact = string.Concat(Enumerable.Repeat(character, 12 / bytes));
        Assert.Equal(exact, Assert.IsType<SendFrame>(ReadSend(exact, limits)).Text);
        Assert.Equal(ErrorCode.TooLong, Assert.IsType<RefusedFrame>(ReadSend(exact + "x", limits)).Error.Code);
    }

    static ClientFrame ReadSend(string text, LimitsOptions limits)
    {
        var frame = $$"""{"type":"send","conversation":"c","key":"{{Key}}","text":"{{text}}"}""";
        return ClientFrameReader.Read(Encoding.UTF8.GetBytes(frame), limits);
    }

    [Theory]
    [InlineData("\\ud800")]
    [InlineData("\\udc00")]
    [InlineData("\\ude00\\ud83d")]
    [InlineData("a\\u0000")]
    [InlineData("")]
    [InlineData(" \\n\\t")]
    [InlineData("\\u2003")]
    [InlineData("\\u200b\\ufeff \\u3164")]
    public void A_blank_text_and_a_text_that_cannot_be_stored_are_refused(string escaped)
    {
        var error = ClientFrames.Refusal($$"""{"type":"send","conversation":"c","key":"{{Key}}","text":"{{escaped}}"}""");
        Assert.Equal((ErrorCode.BadRequest, "text"), (error.Code, error.Field));
    }

    [Fact]
    public void The_refusal_names_the_first_wrong_field()
    {
        Assert.Equal("conversation", ClientFrames.Refusal("""{"type":"send"}""").Field);
        Assert.Equal("key", ClientFrames.Refusal("""{"type":"send","conversation":"c","text":7}""").Field);
        Assert.Equal("type", ClientFrames.Refusal("{}").Field);
    }
}
