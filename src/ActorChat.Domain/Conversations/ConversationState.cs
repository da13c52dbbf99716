using System.Collections.Immutable;

namespace ActorChat.Domain;

/// <summary>
/// What is true of a conversation after the events so far. Pure: <see cref="Post"/> and <see cref="BeginAnswer"/> decide what a
/// request appends, <see cref="Apply"/> says what an appended event changes. Nothing here knows actors, sockets or clocks.
/// </summary>
/// <param name="Head">The newest seq; 0 where nothing has happened.</param>
/// <param name="Answers">By the seq of their message: the text so far of the answers that run.</param>
public sealed record ConversationState(ConversationId Id, string Title, long Head, int Members, ImmutableSortedDictionary<long, string> Answers)
{
    public static ConversationState From(ConversationSnapshot snapshot)
    {
        ArgumentNullException.ThrowIfNull(snapshot);
        var running = snapshot.Messages.Where(m => m.Answer?.State == AnswerState.Running);
        return new ConversationState(
            snapshot.Conversation, snapshot.Title, snapshot.Head, snapshot.Members, running.ToImmutableSortedDictionary(m => m.Seq, m => m.Text));
    }

    /// <summary>The entry that a member's message appends, or why it is refused.</summary>
    public (AppendMessage? Entry, Refusal? Refusal) Post(Author sender, string? key, string text, long? replyTo) => replyTo > Head
        ? (null, new Refusal(ErrorCode.NotFound, "There is no such message to reply to.", "reply_to"))
        : (new AppendMessage(Id, sender, MessageKind.User, text, key, replyTo), null);

    /// <summary>The entry that an answer begins with. Its key comes from the question, so no question is answered twice.</summary>
    public AppendMessage BeginAnswer(long question, Answer answer) =>
        new(Id, Author.Bot, MessageKind.Ai, "", $"answer:{Id}:{question}", question, answer);

    /// <exception cref="InvalidOperationException">The event is not the next one: what this state is based on is not the log.</exception>
    public ConversationState Apply(ConversationEvent entry)
    {
        ArgumentNullException.ThrowIfNull(entry);
        if (entry.Seq != Head + 1) throw new InvalidOperationException($"Event {entry.Seq} of {Id} came after {Head}.");
        return entry switch
        {
            MessagePosted { Message.Answer.State: AnswerState.Running } => this with { Head = entry.Seq, Answers = Answers.SetItem(entry.Seq, "") },
            AnswerEnded ended => this with { Head = entry.Seq, Answers = Answers.Remove(ended.MessageSeq) },
            _ => this with { Head = entry.Seq },
        };
    }

    /// <summary>Adds text to a running answer. Nothing changes if the answer has ended or <paramref name="offset"/> is not its length.</summary>
    public ConversationState Grow(long message, int offset, string added) =>
        Answers.TryGetValue(message, out var text) && text.Length == offset ? this with { Answers = Answers.SetItem(message, text + added) } : this;
}
