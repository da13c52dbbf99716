namespace ActorChat.Selftest.Histories;

/// <summary>Everything that the clients of a run did and were told, and what a client that comes afterwards reads.</summary>
public sealed record History(IReadOnlyList<ClientHistory> Clients, FreshReading Fresh);

/// <param name="UserId">Who it was to the server; none where it never got in.</param>
/// <param name="Shows">The messages as the client would show them at the end.</param>
public sealed record ClientHistory(string Name, string? UserId, IReadOnlyList<Entry> Entries, IReadOnlyList<FoldedMessage> Shows);

/// <summary>What a client reads that was not there before: the whole log, and all messages page by page.</summary>
public sealed record FreshReading(long Head, IReadOnlyList<LoggedEvent> Log, IReadOnlyList<FoldedMessage> Messages);
