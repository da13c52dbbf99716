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

    static Message UserMessage(long seq, string text) =>
        new(ConversationId.Default, seq, new Author(new UserId("u1"), "Alice"), MessageKind.User, text, At);

    static Message AnswerMessage(long seq, AnswerState state, string text) =>
        new(ConversationId.Default, seq, Author.Bot, MessageKind.Ai, text, At, Answer: new Answer(state, "mock", null));

    static ClassicFrame Read(string frame) => ClassicFrames.Read(Encoding.UTF8.GetBytes(frame));

    [Theory]
    [InlineData("""{"text":"hello"}""", "hello", null)]
    [InlineData("""{"username":"Ann"}""", null, "Ann")]
    [InlineData("""{"type":"message","text":"a","more":{"text":"b"}}""", "a", null)]
    [InlineData("""{"text":7,"username":null}""", null, null)]
    [InlineData("{}", null, null)]
    public void The_text_and_the_name_are_read_from_a_JSON_object(string frame, string? text, string? username) =>
        Assert.Equal(new ClassicFrame(text, username), Read(frame));

    [Theory]
    [InlineData("")]
    [InlineData("hello")]
    [InlineData("[]")]
    [InlineData("{\"text\":")]
    [InlineData("{}{}")]
    [InlineData("{\"text\":\"\\ud800\"}")]
    public void Anything_but_a_valid_JSON_object_is_reported_as_not_JSON(string frame) => Assert.False(Read(frame).IsJson);

    [Fact]
    public void The_greeting_and_errors_have_the_form_that_classic_clients_expect()
    {
        Assert.Equal("""{"type":"connected","user_id":"u1","username":"Alice"}""", BuiltFrames.Text(to => ClassicFrames.Connected(to, new UserId("u1"), "Alice")));
        Assert.Equal("""{"type":"error","message":"Invalid JSON format"}""", BuiltFrames.Text(to => ClassicFrames.Error(to, "Invalid JSON format")));
        Assert.Equal("""{"type":"error","code":"RATE_LIMITED","message":"wait"}""", BuiltFrames.Text(to => ClassicFrames.Error(to, "wait", "RATE_LIMITED")));
    }

    [Fact]
    public void The_history_omits_running_answers()
    {
        var text = BuiltFrames.Text(to => ClassicFrames.History(
            to, [UserMessage(1, "hi"), AnswerMessage(2, AnswerState.Running, "so f"), AnswerMessage(3, AnswerState.Done, "so far")]));
        Assert.Equal(
            """{"type":"history","messages":[{"sender":"Alice","text":"hi","msg_type":"user_message","timestamp":"2026-11-22T07:40:52.123Z"},""" +
            """{"sender":"AIBot","text":"so far","msg_type":"ai_response","timestamp":"2026-11-22T07:40:52.123Z"}],"count":2}""", text);
    }

    [Fact]
    public void A_line_is_the_message_of_a_user_or_an_ended_answer()
    {
        var builder = new FrameBatchBuilder();
        Assert.True(ClassicFrames.Line(builder, new MessagePosted(UserMessage(1, "hi"))));
        Assert.False(ClassicFrames.Line(builder, new MessagePosted(AnswerMessage(2, AnswerState.Running, ""))));
        Assert.True(ClassicFrames.Line(builder, new AnswerEnded(ConversationId.Default, 3, At, 2, AnswerState.Done, "so far")));
        Assert.True(ClassicFrames.Line(
            builder, new AnswerEnded(ConversationId.Default, 4, At, 2, AnswerState.Failed, "", Error: "no model")));
        Assert.Equal(
            ["""{"sender":"Alice","text":"hi"}""", """{"sender":"AIBot","text":"so far"}""", """{"sender":"AIBot","text":"no model"}"""],
            BuiltFrames.Texts(builder.Build()));
    }

    [Fact]
    public void Reading_never_throws_for_any_bytes() =>
        Prop.ForAll(ArbMap.Default.GeneratorFor<byte[]>().ToArbitrary(), bytes => ClassicFrames.Read(bytes) is not null)
            .QuickCheckThrowOnFailure();
}
