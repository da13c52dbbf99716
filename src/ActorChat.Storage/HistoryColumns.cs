namespace ActorChat.Storage;

/// <summary>
/// The columns that both engines read messages and ends of answers from, in the order in which their readers expect them.
/// </summary>
internal static class HistoryColumns
{
    const string Unchanging = """
        m.seq, m.sender_id, m.sender_name, m.message_type, m.created_at, m.key, m.reply_to,
        m.model, m.context_from, m.context_to, m.context_count
        """;

    /// <summary>A message <c>m</c> in its present state.</summary>
    public const string Present = $"{Unchanging}, m.text, m.state, m.input_tokens, m.output_tokens, m.error";

    /// <summary>
    /// A message <c>m</c> as it was posted, with its first change <c>c</c>. That change holds the text as it was posted, and an answer that
    /// was ended by a change was posted as running. The text of a running answer so far is not part of the log.
    /// </summary>
    public const string AsPosted = $"""
        {Unchanging},
        CASE WHEN m.state = 'running' THEN '' WHEN c.seq IS NOT NULL THEN c.before ELSE m.text END,
        CASE WHEN c.kind = 'answered' THEN 'running' ELSE m.state END,
        CASE WHEN c.seq IS NULL THEN m.input_tokens END, CASE WHEN c.seq IS NULL THEN m.output_tokens END,
        CASE WHEN c.seq IS NULL THEN m.error END
        """;

    /// <summary>The end <c>c</c> of an answer <c>m</c>.</summary>
    public const string Ended = "c.seq, c.at, c.message_seq, m.state, c.after, m.input_tokens, m.output_tokens, m.error";

    /// <summary>The message <c>m</c> that a change <c>c</c> belongs to.</summary>
    public const string ChangedMessage = "JOIN messages m ON m.conversation_id = c.conversation_id AND m.seq = c.message_seq";
}
