using ActorChat.Actors.Conversations;
using ActorChat.Actors.Tests.Persistence;
using ActorChat.Domain;

namespace ActorChat.Actors.Tests.Conversations;

public class OwedAnswersTests
{
    static readonly DateTimeOffset Now = HeldStore.Noon;

    static Message Said(long seq, string text, int minutesAgo = 1) =>
        new(ConversationId.Default, seq, HeldStore.Ann, MessageKind.User, text, Now.AddMinutes(-minutesAgo), null, null, null);

    static Message AnswerTo(long question, long seq) =>
        new(ConversationId.Default, seq, Author.Bot, MessageKind.Ai, "", Now, null, question, new Answer(AnswerState.Interrupted, "mock", null));

    [Fact]
    public void Of_a_conversation_that_is_loaded_only_fresh_questions_without_any_answer_are_owed()
    {
        var owed = new OwedAnswers();
        Message[] messages = [Said(1, "/AIBot long ago", 20), Said(2, "/AIBot answered"), AnswerTo(2, 3), Said(4, "hello"), Said(5, "/AIBot open")];
        var snapshot = new ConversationSnapshot(ConversationId.Default, "General", 5, [], messages, 2, Now);
        Assert.Equal([5L], owed.Load(snapshot).Select(m => m.Seq));
    }

    [Fact]
    public void A_question_is_taken_once_and_not_after_its_answer_has_begun()
    {
        var owed = new OwedAnswers();
        Assert.True(owed.Add(Said(1, "/AIBot one")));
        Assert.True(owed.Add(Said(2, "/AIBot two")));
        Assert.False(owed.Add(Said(3, "no question")));
        owed.Answered(AnswerTo(2, 4));
        Assert.Equal(1, owed.Take(1)!.Seq);
        Assert.Null(owed.Take(1));
        Assert.Null(owed.Take(2));
    }

    [Fact]
    public void Of_too_many_the_oldest_is_given_up()
    {
        var owed = new OwedAnswers();
        for (var seq = 1; seq <= 1001; seq++) owed.Add(Said(seq, "/AIBot again"));
        Assert.Equal(1000, owed.Count);
        Assert.Null(owed.Take(1));
        Assert.NotNull(owed.Take(2));
    }
}
