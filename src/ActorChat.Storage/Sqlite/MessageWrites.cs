using ActorChat.Domain;

namespace ActorChat.Storage.Sqlite;

/// <summary>The commands that write the log of a conversation.</summary>
internal sealed class MessageWrites(StatementSet statements, ConversationHeads heads, MessageKeys keys)
{
    readonly Statement insertMessage = statements.Prepare("""
        INSERT INTO messages (conversation_id, seq, sender_id, sender_name, text, message_type, created_at, key, reply_to)
        VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)
        """);

    readonly Statement insertAnswer = statements.Prepare("""
        INSERT INTO messages (conversation_id, seq, sender_id, sender_name, text, message_type, created_at, key, reply_to,
                              state, model, context_from, context_to, context_count, input_tokens, output_tokens, error)
        VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17)
        """);

    // The text as it was posted: a message that was edited since is still the same send.
    readonly Statement findPosted = statements.Prepare("""
        SELECT m.conversation_id, m.seq, m.created_at, coalesce(
            (SELECT c.before FROM changes c WHERE c.conversation_id = m.conversation_id AND c.message_seq = m.seq ORDER BY c.seq LIMIT 1),
            m.text)
        FROM messages m WHERE m.id = ?1
        """);

    readonly Statement saveSoFar = statements.Prepare(
        "UPDATE messages SET text = ?3 WHERE conversation_id = ?1 AND seq = ?2 AND state = 'running'");

    readonly Statement endAnswer = statements.Prepare("""
        UPDATE messages SET text = ?3, state = ?4, input_tokens = ?5, output_tokens = ?6, error = ?7
        WHERE conversation_id = ?1 AND seq = ?2 AND state = 'running'
        """);

    readonly Statement insertEnd = statements.Prepare("""
        INSERT INTO changes (conversation_id, seq, message_seq, kind, before, after, at) VALUES (?1, ?2, ?3, 'answered', '', ?4, ?5)
        """);

    public StoreOutcome Append(AppendMessage post)
    {
        var head = heads.Find(post.Conversation);
        if (head is null) return NoConversation(post.Conversation);
        var hash = 0L;
        if (post.Key is not null && keys.Find(post.Sender.Id.Value, post.Key, out hash) is { } known) return Repeated(post, known);
        var posted = PostedMessage.From(post, head.Next, head.At);
        var insert = posted.Answer is null ? insertMessage : BindAnswer(posted.Answer);
        insert
            .Bind(1, post.Conversation.Value).Bind(2, head.Next).Bind(3, post.Sender.Id.Value).Bind(4, post.Sender.Name)
            .Bind(5, posted.Text).Bind(6, StoredValues.Kind(post.Kind)).Bind(7, head.AtText).Bind(8, post.Key).Bind(9, post.ReplyTo)
            .Run();
        if (post.Key is not null) keys.Add(hash, insert.LastId());
        head.Advance();
        return new MessageAppended(posted);
    }

    Statement BindAnswer(Answer answer) => insertAnswer
        .Bind(10, StoredValues.State(answer.State)).Bind(11, answer.Model)
        .Bind(12, answer.Context?.From).Bind(13, answer.Context?.To).Bind(14, answer.Context?.Messages)
        .Bind(15, answer.Usage?.InputTokens).Bind(16, answer.Usage?.OutputTokens).Bind(17, answer.Error);

    StoreOutcome Repeated(AppendMessage post, long message)
    {
        findPosted.Bind(1, message).Step();
        var same = findPosted.Text(0) == post.Conversation.Value
            && (post.Kind == MessageKind.Ai || findPosted.Text(3) == post.Text); // the sender of an answer does not choose its text
        StoreOutcome outcome = same ? new MessageRepeated(findPosted.Int64(1), StoredValues.Time(findPosted.Utf8Text(2))) : new KeyReused();
        findPosted.Reset();
        return outcome;
    }

    public StoreOutcome SaveSoFar(SaveAnswerSoFar save)
    {
        saveSoFar.Bind(1, save.Conversation.Value).Bind(2, save.MessageSeq).Bind(3, save.Text).Run();
        return new CommandDone();
    }

    public StoreOutcome End(EndAnswer end)
    {
        if (end.State == AnswerState.Running) return new CommandRefused("an answer cannot end as running");
        var head = heads.Find(end.Conversation);
        if (head is null) return NoConversation(end.Conversation);
        endAnswer
            .Bind(1, end.Conversation.Value).Bind(2, end.MessageSeq).Bind(3, end.Text).Bind(4, StoredValues.State(end.State))
            .Bind(5, end.Usage?.InputTokens).Bind(6, end.Usage?.OutputTokens).Bind(7, end.Error)
            .Run();
        if (endAnswer.Changed() == 0) return new AnswerNotRunning();
        insertEnd.Bind(1, end.Conversation.Value).Bind(2, head.Next).Bind(3, end.MessageSeq).Bind(4, end.Text).Bind(5, head.AtText).Run();
        var ended = new AnswerEnded(end.Conversation, head.Next, head.At, end.MessageSeq, end.State, end.Text, end.Usage, end.Error);
        head.Advance();
        return new AnswerAppended(ended);
    }

    static CommandRefused NoConversation(ConversationId conversation) => new($"there is no conversation '{conversation}'");
}
