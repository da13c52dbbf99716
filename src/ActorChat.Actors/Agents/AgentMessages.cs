using System.Diagnostics;
using ActorChat.Actors.Telemetry;
using ActorChat.Domain;
using Akka.Actor;
using Microsoft.Extensions.AI;

namespace ActorChat.Actors.Agents;

/// <summary>A question to the bot.</summary>
/// <param name="Conversations">The parent of conversations. It routes the answer by the conversation's id.</param>
/// <param name="Asked">The stored message with the question.</param>
/// <param name="Question">Its text without the command.</param>
/// <param name="Transcript">The messages before it, oldest first.</param>
/// <param name="Trace">The commit that stored it; default if that is unknown or not recorded.</param>
sealed record AskAgent(
    IActorRef Conversations, Message Asked, string Question, IReadOnlyList<Message> Transcript, ActivityContext Trace = default);

/// <summary>
/// Posts the message with which an answer begins. The reply is <see cref="AnswerBegun"/> or <see cref="AnswerNotBegun"/>.
/// </summary>
public sealed record BeginAnswer(
    ConversationId Conversation, long RequestSeq, Answer Answer, IActorRef ReplyTo, ActivityContext Trace = default)
    : IConversationMessage, ITraced;

sealed record AnswerBegun(long MessageSeq);

/// <param name="Retry">Whether another try makes sense. If not, the question already has an answer.</param>
sealed record AnswerNotBegun(bool Retry);

/// <summary>More text of a running answer, from <paramref name="Offset"/> on, in UTF-16 units.</summary>
sealed record AnswerGrew(ConversationId Conversation, long MessageSeq, int Offset, string Text)
    : IConversationMessage, INotInfluenceReceiveTimeout;

/// <summary>
/// Ends a running answer. The reply is <see cref="AnswerFinished"/>, or <see cref="AnswerNotFinished"/> if it has to be sent again.
/// </summary>
sealed record FinishAnswer(EndAnswer End, IActorRef ReplyTo, ActivityContext Trace = default) : IConversationMessage, ITraced
{
    public ConversationId Conversation => End.Conversation;
}

sealed record AnswerFinished
{
    public static readonly AnswerFinished Instance = new();
}

sealed record AnswerNotFinished
{
    public static readonly AnswerNotFinished Instance = new();
}

/// <summary>What every answer needs.</summary>
/// <param name="Model">The model's name, which clients show under an answer.</param>
sealed record AgentServices(IChatClient Client, string Model, IActorRef Persistence, AnswerOptions Options);
