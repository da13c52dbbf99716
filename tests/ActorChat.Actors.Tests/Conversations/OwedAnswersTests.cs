using ActorChat.Actors.Conversations;
using ActorChat.Actors.Tests.Persistence;
using ActorChat.Domain;

namespace ActorChat.Actors.Tests.Conversations;

public class OwedAnswersTests
{
    static readonly DateTimeOffset Now = HeldStore.Noon;

    static Message UserMessage(long seq, string text, int minutesAgo = 1) =>
        new(ConversationId.Default, seq, HeldStore.Ann, MessageKind.User, text, Now.AddMinutes(-minutesAgo), null, null, null);

    static Message AnswerTo(long question, long seq) =>
        new(ConversationId.Default, seq, Author.Bot, MessageKind.Ai, "", Now, null, question,
            new Answer(AnswerState.Interrupted, "mock", null));

    [Fact]
    public void Loading_a_conversation_finds_only_recent_questions_without_an_answer()
    {
        var owed = new OwedAnswers();
        Message[] messages = [UserMessage(1, "/AIBot long ago", 20), UserMessage(2, "/AIBot answered"), AnswerTo(2, 3),
            UserMessage(4, "hello"), UserMessage(5, "/AIBot open")];
        var snapshot = new ConversationSnapshot(ConversationId.Default, "General", 5, [], messages, 2, Now);
        Assert.Equal([5L], owed.Load(snapshot).Select(m => m.Seq));
    }

    [Fact]
    public void A_question_is_taken_once_and_not_after_its_answer_has_begun()
    {
        var owed = new OwedAnswers();
        Assert.True(owed.Add(UserMessage(1, "/AIBot one")));
        Assert.True(owed.Add(UserMessage(2, "/AIBot two")));
        Assert.False(owed.Add(UserMessage(3, "no question")));
        owed.Answered(AnswerTo(2, 4));
        Assert.Equal(1, owed.Take(1)!.Seq);
        Assert.Null(owed.Take(1));
        Assert.Null(owed.Take(2));
    }

    [Fact]
    public void The_oldest_question_is_dropped_above_the_limit()
    {
        var owed = new OwedAnswers();
        for (var seq = 1; seq <= 1001; seq++) owed.Add(UserMessage(seq, "/AIBot again"));
        Assert.Equal(1000, owed.Count);
        Assert.Null(owed.Take(1));
        Assert.NotNull(owed.Take(2));
    }
}
