using System.Text;
using ActorChat.Actors.Classic;
using ActorChat.Domain;
using ActorChat.Protocol.Tests;
using ActorChat.Protocol;
using FsCheck;
using FsCheck.Fluent;

namespace ActorChat.Actors.Tests.Classic;

public sealed class ClassicFramesTests
{
    static readonly DateTimeOffset At = new(2026, 11, 22, 7, 40, 52, 123, TimeSpan.Zero);

    static Message Said(long seq, string text) => new(ConversationId.Default, seq, new Author(new UserId("u1"), "Alice"), MessageKind.User, text, At);

    static Message Answering(long seq, AnswerState state, string text) =>
        new(ConversationId.Default, seq, Author.Bot, MessageKind.Ai, text, At, Answer: new Answer(state, "mock", null));

    static ClassicFrame Read(string frame) => ClassicFrames.Read(Encoding.UTF8.GetBytes(frame));

    [Theory]
    [InlineData("""{"text":"hello"}""", "hello", null)]
    [InlineData("""{"username":"Ann"}""", null, "Ann")]
    [InlineData("""{"type":"message","text":"a","more":{"text":"b"}}""", "a", null)]
    [InlineData("""{"text":7,"username":null}""", null, null)]
    [InlineData("{}", null, null)]
    public void A_frame_has_a_text_or_a_name(string frame, string? text, string? username) => Assert.Equal(new ClassicFrame(text, username), Read(frame));

    [Theory]
    [InlineData("")]
    [InlineData("hello")]
    [InlineData("[]")]
    [InlineData("{\"text\":")]
    [InlineData("{}{}")]
    [InlineData("{\"text\":\"\\ud800\"}")]
    public void Everything_else_is_not_JSON(string frame) => Assert.False(Read(frame).IsJson);

    [Fact]
    public void The_greeting_and_errors_have_the_form_that_old_clients_know()
    {
        Assert.Equal("""{"type":"connected","user_id":"u1","username":"Alice"}""", BuiltFrames.Text(to => ClassicFrames.Connected(to, new UserId("u1"), "Alice")));
        Assert.Equal("""{"type":"error","message":"Invalid JSON format"}""", BuiltFrames.Text(to => ClassicFrames.Error(to, "Invalid JSON format")));
        Assert.Equal("""{"type":"error","code":"RATE_LIMITED","message":"wait"}""", BuiltFrames.Text(to => ClassicFrames.Error(to, "wait", "RATE_LIMITED")));
    }

    [Fact]
    public void The_history_leaves_out_answers_that_still_run()
    {
        var text = BuiltFrames.Text(to => ClassicFrames.History(to, [Said(1, "hi"), Answering(2, AnswerState.Running, "so f"), Answering(3, AnswerState.Done, "so far")]));
        Assert.Equal(
            """{"type":"history","messages":[{"sender":"Alice","text":"hi","msg_type":"user_message","timestamp":"2026-11-22T07:40:52.123Z"},""" +
            """{"sender":"AIBot","text":"so far","msg_type":"ai_response","timestamp":"2026-11-22T07:40:52.123Z"}],"count":2}""", text);
    }

    [Fact]
    public void A_line_is_what_somebody_said_or_a_whole_answer()
    {
        var builder = new FrameBatchBuilder();
        Assert.True(ClassicFrames.Line(builder, new MessagePosted(Said(1, "hi"))));
        Assert.False(ClassicFrames.Line(builder, new MessagePosted(Answering(2, AnswerState.Running, ""))));
        Assert.True(ClassicFrames.Line(builder, new AnswerEnded(ConversationId.Default, 3, At, 2, AnswerState.Done, "so far")));
        Assert.True(ClassicFrames.Line(builder, new AnswerEnded(ConversationId.Default, 4, At, 2, AnswerState.Failed, "", Error: "no model")));
        Assert.Equal(
            ["""{"sender":"Alice","text":"hi"}""", """{"sender":"AIBot","text":"so far"}""", """{"sender":"AIBot","text":"no model"}"""],
            BuiltFrames.Texts(builder.Build()));
    }

    [Fact]
    public void Whatever_bytes_come_nothing_throws() =>
        Prop.ForAll(ArbMap.Default.GeneratorFor<byte[]>().ToArbitrary(), bytes => ClassicFrames.Read(bytes) is not null).QuickCheckThrowOnFailure();
}
