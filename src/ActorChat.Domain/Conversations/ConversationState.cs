using System.Collections.Immutable;

namespace ActorChat.Domain;

/// <summary>
/// The state of a conversation after the events so far. <see cref="Post"/> and <see cref="BeginAnswer"/> decide what a request
/// appends; <see cref="Apply"/> applies an appended event. All functions are pure and read no clock.
/// </summary>
/// <param name="Head">The newest seq, or 0 if there is no event.</param>
/// <param name="Members">The number of members.</param>
/// <param name="Answers">The text so far of each running answer, by the seq of its message.</param>
public sealed record ConversationState(
    ConversationId Id, string Title, long Head, int Members, ImmutableSortedDictionary<long, string> Answers)
{
    public static ConversationState From(ConversationSnapshot snapshot)
    {
        var running = snapshot.Messages.Where(m => m.Answer?.State == AnswerState.Running);
        return new ConversationState(
            snapshot.Conversation, snapshot.Title, snapshot.Head, snapshot.Members,
            running.ToImmutableSortedDictionary(m => m.Seq, m => m.Text));
    }

    /// <summary>Returns the entry that a member's message appends, or the reason why it is refused.</summary>
    public (AppendMessage? Entry, Refusal? Refusal) Post(Author sender, string? key, string text, long? replyTo) => replyTo > Head
        ? (null, new Refusal(ErrorCode.NotFound, "There is no such message to reply to.", "reply_to"))
        : (new AppendMessage(Id, sender, MessageKind.User, text, key, replyTo), null);

    /// <summary>Returns the entry that begins an answer. Its key contains the question's seq, so no question is answered twice.</summary>
    public AppendMessage BeginAnswer(long question, Answer answer) =>
        new(Id, Author.Bot, MessageKind.Ai, "", $"answer:{Id}:{question}", question, answer);

    /// <exception cref="InvalidOperationException">The event is not the next one, so this state does not match the log.</exception>
    public ConversationState Apply(ConversationEvent entry)
    {
        if (entry.Seq != Head + 1)
            throw new InvalidOperationException($"Event {entry.Seq} of conversation {Id} does not follow its head {Head}.");
        return entry switch
        {
            MessagePosted { Message.Answer.State: AnswerState.Running } =>
                this with { Head = entry.Seq, Answers = Answers.SetItem(entry.Seq, "") },
            AnswerEnded ended => this with { Head = entry.Seq, Answers = Answers.Remove(ended.MessageSeq) },
            _ => this with { Head = entry.Seq },
        };
    }

    /// <summary>Adds text to a running answer. No effect if the answer has ended or <paramref name="offset"/> is not its length.</summary>
    public ConversationState Grow(long message, int offset, string added) =>
        Answers.TryGetValue(message, out var text) && text.Length == offset
            ? this with { Answers = Answers.SetItem(message, text + added) }
            : this;
}
