using System.Collections.Immutable;
using ActorChat.Actors.Persistence;
using ActorChat.Protocol;

namespace ActorChat.Actors.Conversations;

/// <summary>
/// What is true of a conversation after the events so far. Pure: <see cref="Decide"/> says what a request would append,
/// <see cref="Apply"/> what an appended event changes; neither knows of actors, sockets or clocks.
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

    /// <summary>The entry to append, or why there is none.</summary>
    public (AppendMessage? Entry, ProtocolError? Refusal) Decide(PostMessage post)
    {
        ArgumentNullException.ThrowIfNull(post);
        if (post.ReplyTo > Head) return (null, new ProtocolError(ErrorCode.NotFound, "There is no such message to reply to.", "reply_to"));
        return (new AppendMessage(Id, post.Sender, MessageKind.User, post.Text, post.Key, post.ReplyTo), null);
    }

    /// <summary>The entry with which an answer begins. Its key is made from the question: no question is answered twice.</summary>
    public AppendMessage Decide(BeginAnswer begin)
    {
        ArgumentNullException.ThrowIfNull(begin);
        return new AppendMessage(Id, Author.Bot, MessageKind.Ai, "", $"answer:{Id}:{begin.RequestSeq}", begin.RequestSeq, begin.Answer);
    }

    /// <exception cref="InvalidOperationException">The event is not the next one: what this state is based on is not the log.</exception>
    public ConversationState Apply(LogEvent entry)
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

    /// <summary>More text of a running answer; no change where it does not run or the text is not what comes next.</summary>
    public ConversationState Apply(AnswerGrew grew)
    {
        ArgumentNullException.ThrowIfNull(grew);
        return Answers.TryGetValue(grew.MessageSeq, out var text) && text.Length == grew.Offset
            ? this with { Answers = Answers.SetItem(grew.MessageSeq, text + grew.Text) }
            : this;
    }
}
