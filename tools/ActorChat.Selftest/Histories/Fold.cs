namespace ActorChat.Selftest.Histories;

/// <summary>A message after all its changes.</summary>
sealed record FoldedMessage(long Seq, string? SenderId, string? Kind, string? Key, string Text, string? State, long? ReplyTo)
{
    public static FoldedMessage Of(LoggedEvent message)
    {
        return new FoldedMessage(message.Seq, message.SenderId, message.Kind, message.Key, message.Text, message.State, message.ReplyTo);
    }

    /// <summary>Whether both are equal. The text of a running answer may differ, since only a part of it has been saved.</summary>
    public bool Matches(FoldedMessage other)
    {
        return State == "running" && other.State == "running" ? this with { Text = other.Text } == other : this == other;
    }

    public override string ToString() => $"#{Seq} of {SenderId}, {State ?? Kind}, \"{(Text.Length <= 60 ? Text : Text[..60] + "…")}\"";
}

/// <summary>
/// Folds events into messages, in any order with the same result: after a reset a client requests the events between while new ones arrive.
/// </summary>
sealed class Fold
{
    readonly SortedDictionary<long, FoldedMessage> messages = [];
    readonly Dictionary<long, LoggedEvent> ends = [];

    public IReadOnlyList<FoldedMessage> Messages => [.. messages.Values];

    public FoldedMessage? this[long seq] => messages.GetValueOrDefault(seq);

    public void Apply(LoggedEvent e)
    {
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

    /// <summary>Adds a message as it was at some time.</summary>
    public void Put(FoldedMessage message)
    {
        if (ends.TryGetValue(message.Seq, out var end)) message = Ended(message, end);
        if (messages.TryGetValue(message.Seq, out var known) && known.State is not ("running" or null) && message.State == "running")
            return; // older than the known state
        messages[message.Seq] = message;
    }

    static FoldedMessage Ended(FoldedMessage begun, LoggedEvent end) => begun with { Text = end.Text, State = end.State };
}
