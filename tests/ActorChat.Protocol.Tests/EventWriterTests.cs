using ActorChat.Domain;

namespace ActorChat.Protocol.Tests;

/// <summary>The exact text of every durable event, because clients depend on it.</summary>
public sealed class EventWriterTests
{
    static readonly DateTimeOffset At = new(2026, 11, 22, 9, 40, 52, 123, TimeSpan.FromHours(2));

    static readonly Author Ann = new(new UserId("u1"), "ann");

    static string Text(ConversationEvent entry) => BuiltFrames.Text(json => EventWriter.Write(json, entry));

    static string Text(Message message) => Text(new MessagePosted(message));

    [Fact]
    public void A_message() => Assert.Equal(
        """{"type":"message","conversation":"default","seq":4204,"sender":{"id":"u1","name":"ann"},"kind":"user_message",""" +
        """
        "text":"hello","at":"2026-11-22T07:40:52.123Z"}
        """,
        Text(new Message(ConversationId.Default, 4204, Ann, MessageKind.User, "hello", At)));

    [Fact]
    public void A_message_with_all_optional_fields() => Assert.Equal(
        """{"type":"message","conversation":"default","seq":4204,"sender":{"id":"u1","name":"ann"},"kind":"user_message",""" +
        """
        "text":"hello","reply_to":4199,"key":"0123456789abcdef","at":"2026-11-22T07:40:52.123Z"}
        """,
        Text(new Message(ConversationId.Default, 4204, Ann, MessageKind.User, "hello", At, "0123456789abcdef", 4199)));

    [Fact]
    public void A_system_message() => Assert.Equal(
        """{"type":"message","conversation":"c","seq":1,"sender":{"id":"system","name":""},"kind":"system",""" +
        """
        "text":"x","at":"2026-11-22T07:40:52.123Z"}
        """,
        Text(new Message(new ConversationId("c"), 1, new Author(new UserId("system"), ""), MessageKind.System, "x", At)));

    [Fact]
    public void The_begin_of_an_answer() => Assert.Equal(
        """{"type":"message","conversation":"default","seq":4209,"sender":{"id":"aibot","name":"AIBot"},"kind":"ai_response",""" +
        """
        "text":"","reply_to":4208,"key":"k","state":"running","model":"mock",
        """ +
        """
        "context":{"from":4150,"to":4208,"messages":48},"at":"2026-11-22T07:40:52.123Z"}
        """,
        Text(new Message(
            ConversationId.Default, 4209, Author.Bot, MessageKind.Ai, "", At, "k", 4208,
            new Answer(AnswerState.Running, "mock", new AnswerContext(4150, 4208, 48)))));

    [Fact]
    public void A_folded_answer() => Assert.Equal(
        """{"type":"message","conversation":"default","seq":4209,"sender":{"id":"aibot","name":"AIBot"},"kind":"ai_response",""" +
        """
        "text":"so","state":"stopped","usage":{"input_tokens":7,"output_tokens":9},"error":"why","at":"2026-11-22T07:40:52.123Z"}
        """,
        Text(new Message(
            ConversationId.Default, 4209, Author.Bot, MessageKind.Ai, "so", At,
            Answer: new Answer(AnswerState.Stopped, null, null, new AnswerUsage(7, 9), "why"))));

    [Theory]
    [InlineData(AnswerState.Done, "done")]
    [InlineData(AnswerState.Stopped, "stopped")]
    [InlineData(AnswerState.Failed, "failed")]
    [InlineData(AnswerState.Interrupted, "interrupted")]
    public void The_end_of_an_answer(AnswerState state, string name) => Assert.Equal(
        $$"""{"type":"answered","conversation":"default","seq":4212,"message":4209,"state":"{{name}}",""" +
        """
        "text":"so","at":"2026-11-22T07:40:52.123Z"}
        """,
        Text(new AnswerEnded(ConversationId.Default, 4212, At, 4209, state, "so")));

    [Fact]
    public void The_end_of_an_answer_with_all_optional_fields() => Assert.Equal(
        """{"type":"answered","conversation":"default","seq":4212,"message":4209,"state":"failed",""" +
        """
        "text":"so","usage":{"input_tokens":7,"output_tokens":9},"error":"why","at":"2026-11-22T07:40:52.123Z"}
        """,
        Text(new AnswerEnded(ConversationId.Default, 4212, At, 4209, AnswerState.Failed, "so", new AnswerUsage(7, 9), "why")));
}
