namespace ActorChat.Domain;

/// <summary>Which messages: the newest before a seq, the oldest after one, or those around one (which is itself among them).</summary>
/// <param name="Limit">How many at most.</param>
public sealed record HistoryRange(PageEdge Edge, long Seq, int Limit);

public enum PageEdge { Before, After, Around }
