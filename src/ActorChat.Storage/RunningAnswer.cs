using ActorChat.Domain;

namespace ActorChat.Storage;

/// <param name="TextSoFar">What has been saved of it.</param>
internal sealed record RunningAnswer(ConversationId Conversation, long Seq, string TextSoFar)
{
    /// <summary>The process that was giving it has ended.</summary>
    public EndAnswer Interrupted() => new(Conversation, Seq, AnswerState.Interrupted, TextSoFar);
}
