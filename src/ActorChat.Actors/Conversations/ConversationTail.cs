using ActorChat.Domain;
using ActorChat.Protocol;

namespace ActorChat.Actors.Conversations;

/// <summary>
/// The newest part of a conversation, encoded, so that a client that opens or resumes costs no read and no encoding.
/// Events are as they were published, messages as they are now.
/// </summary>
sealed class ConversationTail
{
    readonly ConversationOptions options;
    readonly Queue<(long Seq, ReadOnlyMemory<byte> Text)> events = new();
    readonly Queue<long> order = new();
    readonly Dictionary<long, (Message Message, ReadOnlyMemory<byte> Text)> messages = [];
    readonly FrameBatchBuilder builder = new();

    public ConversationTail(ConversationSnapshot snapshot, ConversationOptions options)
    {
        this.options = options;
        foreach (var message in snapshot.Messages) Remember(message, Encode(json => EventWriter.Write(json, message)));
        foreach (var entry in snapshot.Events) Keep(entry.Seq, TextOf(entry));
    }

    // Most messages have not changed since they were posted; then the event has the same text.
    ReadOnlyMemory<byte> TextOf(ConversationEvent entry) =>
        entry is MessagePosted posted && messages.TryGetValue(entry.Seq, out var now) && now.Message == posted.Message
            ? now.Text
            : Encode(json => EventWriter.Write(json, entry));

    /// <summary>How many events the tail has.</summary>
    public int EventCount => events.Count;

    /// <summary>Adds an event with its published text.</summary>
    public void Add(ConversationEvent entry, ReadOnlyMemory<byte> text)
    {
        Keep(entry.Seq, text);
        switch (entry)
        {
            case MessagePosted posted:
                Remember(posted.Message, text);
                break;
            case AnswerEnded ended when messages.TryGetValue(ended.MessageSeq, out var begun):
                var folded = begun.Message with
                {
                    Text = ended.Text,
                    Answer = begun.Message.Answer! with { State = ended.State, Usage = ended.Usage, Error = ended.Error },
                };
                messages[ended.MessageSeq] = (folded, Encode(json => EventWriter.Write(json, folded)));
                break;
        }
    }

    /// <summary>The texts of the events after a seq. The caller has checked that the tail reaches that far back.</summary>
    public IEnumerable<ReadOnlyMemory<byte>> EventsAfter(long seq) => events.Where(e => e.Seq > seq).Select(e => e.Text);

    /// <summary>How many messages here came after a seq and from other users.</summary>
    public int MessagesAfter(long seq, UserId reader) => order.Count(at => at > seq && messages[at].Message.Sender.Id != reader);

    /// <summary>The newest messages, oldest first.</summary>
    public IEnumerable<Message> Newest(int count) => NewestSeqs(count).Select(seq => messages[seq].Message);

    /// <summary>The texts of the newest messages, oldest first.</summary>
    public IReadOnlyList<ReadOnlyMemory<byte>> NewestTexts(int count) => [.. NewestSeqs(count).Select(seq => messages[seq].Text)];

    IEnumerable<long> NewestSeqs(int count) => order.Skip(Math.Max(0, order.Count - count));

    void Keep(long seq, ReadOnlyMemory<byte> text)
    {
        events.Enqueue((seq, text));
        if (events.Count > options.Tail) events.Dequeue();
    }

    void Remember(Message message, ReadOnlyMemory<byte> text)
    {
        messages[message.Seq] = (message, text);
        order.Enqueue(message.Seq);
        if (order.Count > options.MessagesKept) messages.Remove(order.Dequeue());
    }

    ReadOnlyMemory<byte> Encode(Action<System.Text.Json.Utf8JsonWriter> write)
    {
        write(builder.Begin());
        var text = builder.End();
        return builder.Build().Bytes[text];
    }
}
