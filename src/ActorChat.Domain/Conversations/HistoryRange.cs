namespace ActorChat.Domain;

/// <summary>A page of messages: the newest before a seq, the oldest after it, or those around it, the message itself included.</summary>
/// <param name="Limit">The most messages that the page contains.</param>
public sealed record HistoryRange(PageEdge Edge, long Seq, int Limit);

public enum PageEdge { Before, After, Around }
