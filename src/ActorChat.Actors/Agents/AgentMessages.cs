using ActorChat.Domain;
using Akka.Actor;
using Microsoft.Extensions.AI;

namespace ActorChat.Actors.Agents;

/// <summary>A question to the bot.</summary>
/// <param name="Conversations">Where the answer goes: it finds the conversation by the id on each message.</param>
/// <param name="Asked">The message that asks; it is stored already.</param>
/// <param name="Question">What it asks, without the command.</param>
/// <param name="Transcript">The messages before it, oldest first.</param>
public sealed record AskAgent(IActorRef Conversations, Message Asked, string Question, IReadOnlyList<Message> Transcript);

/// <summary>The bot is about to answer: its message is posted. Answered with <see cref="AnswerBegun"/> or <see cref="AnswerNotBegun"/>.</summary>
public sealed record BeginAnswer(ConversationId Conversation, long RequestSeq, Answer Answer, IActorRef ReplyTo) : IConversationMessage;

public sealed record AnswerBegun(long MessageSeq);

/// <param name="Retry">Whether it may be tried again; else the question has been answered already.</param>
public sealed record AnswerNotBegun(bool Retry);

/// <summary>A running answer has more text, from <paramref name="Offset"/> on, in UTF-16 units.</summary>
public sealed record AnswerGrew(ConversationId Conversation, long MessageSeq, int Offset, string Text) : IConversationMessage, INotInfluenceReceiveTimeout;

/// <summary>A running answer is over. Answered with <see cref="AnswerFinished"/>, or with <see cref="AnswerNotFinished"/> to be tried again.</summary>
public sealed record FinishAnswer(EndAnswer End, IActorRef ReplyTo) : IConversationMessage
{
    public ConversationId Conversation => End.Conversation;
}

public sealed record AnswerFinished
{
    public static readonly AnswerFinished Instance = new();
}

public sealed record AnswerNotFinished
{
    public static readonly AnswerNotFinished Instance = new();
}

/// <summary>What every answer is given.</summary>
/// <param name="Model">The model's name, as it stands under an answer.</param>
public sealed record AgentServices(IChatClient Client, string Model, IActorRef Persistence, AnswerOptions Settings);
