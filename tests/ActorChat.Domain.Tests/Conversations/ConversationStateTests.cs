using System.Collections.Immutable;
using FsCheck;
using FsCheck.Fluent;

namespace ActorChat.Domain.Tests;

public sealed class ConversationStateTests
{
    static readonly ConversationState Empty = new(ConversationId.Default, "General", 0, 1, ImmutableSortedDictionary<long, string>.Empty);

    static readonly Author Ann = new(new UserId("u1"), "Ann");
    static readonly DateTimeOffset Noon = new(2026, 11, 22, 12, 0, 0, TimeSpan.Zero);

    static MessagePosted Posted(long seq, Answer? answer = null) =>
        new(new Message(ConversationId.Default, seq, Ann, answer is null ? MessageKind.User : MessageKind.Ai, "", Noon, Answer: answer));

    static AnswerEnded Ended(long seq, long message) => new(ConversationId.Default, seq, Noon, message, AnswerState.Done, "text");

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    public void Apply_throws_if_the_event_is_not_the_next_one(long seq) =>
        Assert.Throws<InvalidOperationException>(() => (Empty with { Head = 1 }).Apply(Posted(seq)));

    [Fact]
    public void The_head_is_the_number_of_events_of_any_kind()
    {
        var log = Gen.Elements(0, 1, 2).ListOf().Select(kinds =>
        {
            var state = Empty;
            foreach (var kind in kinds)
            {
                var next = state.Head + 1;
                ConversationEvent entry = kind switch
                {
                    0 => Posted(next),
                    1 => Posted(next, new Answer(AnswerState.Running, "m", null)),
                    _ => Ended(next, state.Answers.IsEmpty ? 0 : state.Answers.First().Key),
                };
                state = state.Apply(entry);
            }
            return (kinds.Count, state);
        });
        Prop.ForAll(log.ToArbitrary(), run => run.Count == run.state.Head).QuickCheckThrowOnFailure();
    }

    [Fact]
    public void A_running_answer_accepts_only_text_at_its_end()
    {
        var state = Empty.Apply(Posted(1, new Answer(AnswerState.Running, "m", null)));
        state = state.Grow(1, 0, "ab");
        Assert.Same(state, state.Grow(1, 0, "ab"));
        Assert.Same(state, state.Grow(1, 5, "x"));
        Assert.Same(state, state.Grow(9, 0, "x"));
        Assert.Equal("abc", state.Grow(1, 2, "c").Answers[1]);
    }

    [Fact]
    public void An_ended_answer_is_no_longer_running()
    {
        var state = Empty.Apply(Posted(1, new Answer(AnswerState.Running, "m", null))).Apply(Ended(2, 1));
        Assert.Empty(state.Answers);
        Assert.Equal(2, state.Head);
    }

    [Fact]
    public void The_key_of_an_answer_depends_only_on_its_question()
    {
        var answer = new Answer(AnswerState.Running, "m", null);
        Assert.Equal(Empty.BeginAnswer(17, answer).Key, (Empty with { Head = 99 }).BeginAnswer(17, answer).Key);
        Assert.NotEqual(Empty.BeginAnswer(17, answer).Key, Empty.BeginAnswer(18, answer).Key);
    }

    [Theory]
    [InlineData("/AIBot what?", "what?")]
    [InlineData("/aibot\twhat?", "what?")]
    [InlineData("/AIBot", "")]
    [InlineData("/AIBots what?", null)]
    [InlineData("say /AIBot what?", null)]
    [InlineData("hello", null)]
    public void Only_a_message_that_begins_with_the_command_is_a_question_to_the_bot(string text, string? question) =>
        Assert.Equal(question, BotQuestion.In(text));
}
