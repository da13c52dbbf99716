using System.Collections.Immutable;
using FsCheck;
using FsCheck.Fluent;

namespace ActorChat.Domain.Tests;

public class ConversationStateTests
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
    public void An_event_that_is_not_the_next_one_is_a_defect(long seq) =>
        Assert.Throws<InvalidOperationException>(() => (Empty with { Head = 1 }).Apply(Posted(seq)));

    [Fact]
    public void The_head_is_the_number_of_events_whatever_they_are()
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
    public void A_running_answer_takes_only_the_text_that_comes_next()
    {
        var state = Empty.Apply(Posted(1, new Answer(AnswerState.Running, "m", null)));
        state = state.Grow(1, 0, "ab");
        Assert.Same(state, state.Grow(1, 0, "ab"));
        Assert.Same(state, state.Grow(1, 5, "x"));
        Assert.Same(state, state.Grow(9, 0, "x"));
        Assert.Equal("abc", state.Grow(1, 2, "c").Answers[1]);
    }

    [Fact]
    public void An_answer_that_ended_runs_no_more()
    {
        var state = Empty.Apply(Posted(1, new Answer(AnswerState.Running, "m", null))).Apply(Ended(2, 1));
        Assert.Empty(state.Answers);
        Assert.Equal(2, state.Head);
    }

    [Fact]
    public void The_key_of_an_answer_is_made_from_its_question_so_there_is_one_for_ever()
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
    public void The_bot_is_asked_by_its_command_alone(string text, string? question) => Assert.Equal(question, BotQuestion.In(text));
}
