namespace ActorChat.Selftest.Histories;

/// <summary>Everything that the clients of a run sent and received, and what a new client reads afterwards.</summary>
sealed record History(IReadOnlyList<ClientHistory> Clients, FreshReading Fresh);

/// <param name="UserId">Its user id; null if no opening succeeded.</param>
/// <param name="Shows">The messages that the client shows at the end.</param>
sealed record ClientHistory(string Name, string? UserId, IReadOnlyList<Entry> Entries, IReadOnlyList<FoldedMessage> Shows);

/// <summary>What a new client reads: the whole log, and all messages page by page.</summary>
sealed record FreshReading(long Head, IReadOnlyList<LoggedEvent> Log, IReadOnlyList<FoldedMessage> Messages);
