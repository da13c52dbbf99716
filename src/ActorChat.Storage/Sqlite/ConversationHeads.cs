using ActorChat.Domain;

namespace ActorChat.Storage.Sqlite;

/// <summary>
/// The heads of the conversations that a transaction writes to: each is read once, when it is first needed, and written once, before the
/// commit. Nothing is kept from one transaction to the next: the table is the truth.
/// </summary>
internal sealed class ConversationHeads(StatementSet statements)
{
    readonly Statement read = statements.Prepare("SELECT head, updated_at FROM conversations WHERE conversation_id = ?1");
    readonly Statement write = statements.Prepare("UPDATE conversations SET head = ?2, updated_at = ?3 WHERE conversation_id = ?1");
    readonly Dictionary<ConversationId, ConversationHead> heads = [];
    DateTimeOffset now;
    string nowText = "";
    ConversationHead? last;

    public void Begin(DateTimeOffset time)
    {
        heads.Clear();
        last = null;
        if (time == now) return;
        now = time;
        nowText = StoredValues.Time(time);
    }

    /// <summary>Null if there is no such conversation.</summary>
    public ConversationHead? Find(ConversationId conversation)
    {
        if (last is not null && last.Conversation == conversation) return last;
        if (!heads.TryGetValue(conversation, out var head))
        {
            read.Bind(1, conversation.Value);
            if (read.Step())
            {
                var updated = StoredValues.Time(read.Utf8Text(1));
                head = updated > now // a clock that was set back must not reorder the log
                    ? new ConversationHead(conversation, read.Int64(0), updated, StoredValues.Time(updated))
                    : new ConversationHead(conversation, read.Int64(0), now, nowText);
                heads.Add(conversation, head);
            }
            read.Reset();
        }
        return last = head;
    }

    public void Write()
    {
        foreach (var head in heads.Values)
            if (head.Moved)
                write.Bind(1, head.Conversation.Value).Bind(2, head.Seq).Bind(3, head.AtText).Run();
    }

    /// <summary>The heads that this transaction moves, with their new seqs.</summary>
    public IReadOnlyDictionary<ConversationId, long> Moved() =>
        heads.Values.Where(head => head.Moved).ToDictionary(head => head.Conversation, head => head.Seq);
}

/// <param name="seq">The newest seq.</param>
/// <param name="at">The time of everything that this transaction adds.</param>
/// <param name="atText">The same time in the stored format.</param>
internal sealed class ConversationHead(ConversationId conversation, long seq, DateTimeOffset at, string atText)
{
    readonly long before = seq;

    public ConversationId Conversation { get; } = conversation;
    public long Seq { get; private set; } = seq;
    public DateTimeOffset At { get; } = at;
    public string AtText { get; } = atText;
    public bool Moved => Seq != before;

    public long Next => Seq + 1;

    /// <summary>Call when the entry at <see cref="Next"/> has been written.</summary>
    public void Advance() => Seq++;
}
