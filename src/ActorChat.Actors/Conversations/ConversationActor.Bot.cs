using ActorChat.Actors.Agents;
using ActorChat.Domain;
using ActorChat.Protocol;
using Akka.Actor;

namespace ActorChat.Actors.Conversations;

/// <summary>What the bot is asked, and how its answers grow.</summary>
public sealed partial class ConversationActor
{
    readonly OwedAnswers owed = new();

    // A question that was posted here is handed to the bot of this node; of any other this one makes sure that somebody does.
    void LookForQuestion(ConversationEvent entry, IActorRef? origin)
    {
        if (entry is not MessagePosted { Message: var message }) return;
        if (message.Kind == MessageKind.Ai) owed.Answered(message);
        else if (origin is not null) AskBot(message);
        else if (owed.Add(message)) WaitForAnswer(message);
    }

    void WaitForAnswer(Message question) =>
        Timers.StartSingleTimer((nameof(AnswerOwed), question.Seq), new AnswerOwed(question.Seq), services.Settings.AnswerOwedAfter);

    void OnAnswerOwed(AnswerOwed due)
    {
        // Several may do so at the same moment: the key of the answer is made from the question, so only one begins.
        if (owed.Take(due.Question) is { } question) AskBot(question);
    }

    // A question goes to the bot with the newest messages up to it: what the model is shown.
    void AskBot(Message asked)
    {
        if (asked.Kind != MessageKind.User || BotQuestion.In(asked.Text) is not { } question) return;
        var transcript = tail.Newest(services.Settings.MessagesKept).Where(m => m.Seq < asked.Seq).TakeLast(services.Settings.BotContext);
        // The bot answers through the parent: it reaches this conversation's successor, too.
        services.Agent.Tell(new AskAgent(Context.Parent, asked, question, [.. transcript]));
    }

    void OnAnswerGrew(AnswerGrew grew)
    {
        ownAnswers.Add(grew.MessageSeq);
        Say(grew.MessageSeq, grew.Offset, grew.Text);
        Grow(grew);
    }

    void Grow(AnswerGrew grew)
    {
        var before = state;
        state = state.Grow(grew.MessageSeq, grew.Offset, grew.Text);
        if (ReferenceEquals(before, state)) return;
        ServerFrames.AiDelta(builder, id, grew.MessageSeq, grew.Offset, grew.Text);
        subscribers.DeliverEphemeral(builder.Build(ephemeral: true));
    }

    sealed record AnswerOwed(long Question);
}
