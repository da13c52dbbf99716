namespace ActorChat.Selftest.Histories;

/// <summary>A message as it is after all changes to it.</summary>
public sealed record FoldedMessage(long Seq, string? SenderId, string? Kind, string? Key, string Text, string? State, long? ReplyTo)
{
    public static FoldedMessage Of(LoggedEvent message)
    {
        ArgumentNullException.ThrowIfNull(message);
        return new FoldedMessage(message.Seq, message.SenderId, message.Kind, message.Key, message.Text, message.State, message.ReplyTo);
    }

    /// <summary>Whether both say the same. The text of an answer that runs is only what has been saved of it so far.</summary>
    public bool Says(FoldedMessage other)
    {
        ArgumentNullException.ThrowIfNull(other);
        return State == "running" && other.State == "running" ? this with { Text = other.Text } == other : this == other;
    }

    public override string ToString() => $"#{Seq} of {SenderId}, {State ?? Kind}, \"{(Text.Length <= 60 ? Text : Text[..60] + "…")}\"";
}

/// <summary>
/// Folds events into messages. In whatever order they come the outcome is the same: a client that was told to begin anew fetches
/// what lies between while new events arrive.
/// </summary>
public sealed class Fold
{
    readonly SortedDictionary<long, FoldedMessage> messages = [];
    readonly Dictionary<long, LoggedEvent> ends = [];

    public IReadOnlyList<FoldedMessage> Messages => [.. messages.Values];

    public FoldedMessage? this[long seq] => messages.GetValueOrDefault(seq);

    public void Apply(LoggedEvent e)
    {
        ArgumentNullException.ThrowIfNull(e);
        if (e.IsMessage)
        {
            Put(FoldedMessage.Of(e));
        }
        else if (e is { Type: "answered", Message: { } of })
        {
            ends[of] = e;
            if (messages.TryGetValue(of, out var begun)) messages[of] = Ended(begun, e);
        }
    }

    /// <summary>A message as it was at some time.</summary>
    public void Put(FoldedMessage message)
    {
        ArgumentNullException.ThrowIfNull(message);
        if (ends.TryGetValue(message.Seq, out var end)) message = Ended(message, end);
        if (messages.TryGetValue(message.Seq, out var known) && known.State is not ("running" or null) && message.State == "running") return; // older than what is known
        messages[message.Seq] = message;
    }

    static FoldedMessage Ended(FoldedMessage begun, LoggedEvent end) => begun with { Text = end.Text, State = end.State };
}
