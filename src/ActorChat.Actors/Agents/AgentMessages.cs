using ActorChat.Protocol;
using Akka.Actor;
using Microsoft.Extensions.AI;

namespace ActorChat.Actors.Agents;

/// <summary>A question to the bot.</summary>
/// <param name="Conversations">Where the answer goes: it finds the conversation by the id on each message.</param>
/// <param name="Asked">The message that asks; it is stored already.</param>
/// <param name="Question">What it asks, without the command.</param>
/// <param name="Transcript">The messages before it, oldest first.</param>
public sealed record AskAgent(IActorRef Conversations, Message Asked, string Question, IReadOnlyList<Message> Transcript);

/// <summary>What every answer is given.</summary>
/// <param name="Model">The model's name, as it stands under an answer.</param>
public sealed record AgentServices(IChatClient Client, string Model, IActorRef Persistence, AnswerSettings Settings);
