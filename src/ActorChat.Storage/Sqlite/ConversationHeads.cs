using ActorChat.Domain;
using Microsoft.Data.Sqlite;

namespace ActorChat.Storage.Sqlite;

/// <summary>
/// Where the logs stand that a transaction writes to: each head is read once, when it is first needed, and written back once,
/// before the commit. Nothing is kept from one transaction to the next: the table is the truth.
/// </summary>
internal sealed class ConversationHeads(SqliteConnection connection) : IDisposable
{
    readonly Statement _read = new(connection, "SELECT head, updated_at FROM conversations WHERE conversation_id = ?1");
    readonly Statement _write = new(connection, "UPDATE conversations SET head = ?2, updated_at = ?3 WHERE conversation_id = ?1");
    readonly Dictionary<ConversationId, ConversationHead> _heads = [];
    DateTimeOffset _now;
    string _nowText = "";
    ConversationHead? _last;

    public void Begin(DateTimeOffset now)
    {
        _heads.Clear();
        _last = null;
        if (now == _now) return;
        _now = now;
        _nowText = StoredValues.Time(now);
    }

    /// <summary>Null where there is no such conversation.</summary>
    public ConversationHead? Find(ConversationId conversation)
    {
        if (_last is not null && _last.Conversation == conversation) return _last;
        if (!_heads.TryGetValue(conversation, out var head))
        {
            _read.Bind(1, conversation.Value);
            if (_read.Step())
            {
                var updated = StoredValues.Time(_read.Utf8Text(1));
                head = updated > _now // a clock that was set back must not reorder the log
                    ? new ConversationHead(conversation, _read.Int64(0), updated, StoredValues.Time(updated))
                    : new ConversationHead(conversation, _read.Int64(0), _now, _nowText);
                _heads.Add(conversation, head);
            }
            _read.Reset();
        }
        return _last = head;
    }

    public void Write()
    {
        foreach (var head in _heads.Values)
            if (head.Moved)
                _write.Bind(1, head.Conversation.Value).Bind(2, head.Seq).Bind(3, head.AtText).Run();
    }

    /// <summary>The heads that this transaction moves, and where to.</summary>
    public IReadOnlyDictionary<ConversationId, long> Moved() =>
        _heads.Values.Where(head => head.Moved).ToDictionary(head => head.Conversation, head => head.Seq);

    public void Dispose()
    {
        _read.Dispose();
        _write.Dispose();
    }
}

/// <param name="conversation">Whose.</param>
/// <param name="seq">The newest seq.</param>
/// <param name="at">The time of everything that this transaction adds.</param>
/// <param name="atText">The same as it is stored.</param>
internal sealed class ConversationHead(ConversationId conversation, long seq, DateTimeOffset at, string atText)
{
    readonly long _before = seq;

    public ConversationId Conversation { get; } = conversation;
    public long Seq { get; private set; } = seq;
    public DateTimeOffset At { get; } = at;
    public string AtText { get; } = atText;
    public bool Moved => Seq != _before;

    public long Next => Seq + 1;

    /// <summary>The entry at <see cref="Next"/> has been written.</summary>
    public void Advance() => Seq++;
}
