using System.Diagnostics;
using ActorChat.Actors.Agents;
using ActorChat.Domain;
using ActorChat.Protocol;
using Akka.Actor;

namespace ActorChat.Actors.Conversations;

/// <summary>Questions to the bot, and its growing answers.</summary>
sealed partial class ConversationActor
{
    readonly OwedAnswers owed = new();

    // The commits that stored questions of this node, for the spans of their answers. Empty unless traces are recorded.
    readonly Dictionary<long, ActivityContext> questionTraces = [];

    // This node's bot gets the questions that were posted here. For questions of other nodes, this node checks later that they were
    // answered.
    void HandleQuestion(ConversationEvent entry, IActorRef? origin)
    {
        if (entry is not MessagePosted { Message: var message }) return;
        if (message.Kind == MessageKind.Ai) owed.Answered(message);
        else if (origin is not null) AskBot(message);
        else if (owed.Add(message)) StartAnswerTimer(message);
    }

    void StartAnswerTimer(Message question) =>
        Timers.StartSingleTimer((nameof(AnswerOwed), question.Seq), new AnswerOwed(question.Seq), services.Options.AnswerOwedAfter);

    void OnAnswerOwed(AnswerOwed due)
    {
        // Several nodes may do so at the same moment. The answer's key comes from its question, so only one answer begins.
        if (owed.Take(due.Question) is { } question) AskBot(question);
    }

    // The bot gets the question with the newest messages before it.
    void AskBot(Message asked)
    {
        if (asked.Kind != MessageKind.User || BotQuestion.In(asked.Text) is not { } question) return;
        var transcript = tail.Newest(services.Options.MessagesKept).Where(m => m.Seq < asked.Seq).TakeLast(services.Options.BotContext);
        questionTraces.Remove(asked.Seq, out var trace);
        // The bot replies through the parent, which also reaches a new incarnation of this conversation.
        services.Agent.Tell(new AskAgent(Context.Parent, asked, question, [.. transcript], trace));
    }

    void OnAnswerGrew(AnswerGrew grew)
    {
        ownAnswers.Add(grew.MessageSeq);
        PublishText(grew.MessageSeq, grew.Offset, grew.Text);
        Grow(grew);
    }

    void Grow(AnswerGrew grew)
    {
        var before = state;
        state = state.Grow(grew.MessageSeq, grew.Offset, grew.Text);
        if (ReferenceEquals(before, state)) return;
        ServerFrames.AiDelta(builder, id, grew.MessageSeq, grew.Offset, grew.Text);
        subscribers.PublishEphemeral(builder.Build(ephemeral: true));
    }

    sealed record AnswerOwed(long Question);
}
