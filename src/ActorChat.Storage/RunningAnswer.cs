using ActorChat.Domain;

namespace ActorChat.Storage;

/// <param name="TextSoFar">The text that was saved of it.</param>
internal sealed record RunningAnswer(ConversationId Conversation, long Seq, string TextSoFar)
{
    /// <summary>Ends the answer, because the process that was giving it has ended.</summary>
    public EndAnswer Interrupted() => new(Conversation, Seq, AnswerState.Interrupted, TextSoFar);
}
