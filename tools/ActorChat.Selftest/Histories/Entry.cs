namespace ActorChat.Selftest.Histories;

/// <summary>
/// Something that a client sent or received. <see cref="Order"/> counts over all clients. A send is recorded before it is written to the
/// socket, a receipt after it was read. So if an entry that was received has a lower order than one that was sent, it really happened
/// before.
/// </summary>
/// <param name="Connection">The number of the client's connection, from 1.</param>
abstract record Entry(int Connection)
{
    public long Order { get; init; }
}

/// <summary>A welcome.</summary>
/// <param name="Cursor">The cursor that the client sent; null if it had none.</param>
/// <param name="Asked">The order of the hello.</param>
sealed record Opened(int Connection, string Epoch, long Head, long? Cursor, long Asked) : Entry(Connection);

/// <summary>The replay is over.</summary>
sealed record WentLive(int Connection) : Entry(Connection);

/// <summary>A send or its repetition, before it was written.</summary>
/// <param name="Request">The number of the request, rising on each connection.</param>
sealed record Sent(int Connection, long Request, string Key, string Text) : Entry(Connection);

sealed record Acknowledged(int Connection, long Request, string Key, string Text, long Seq, string At, bool Duplicate) : Entry(Connection);

sealed record Refused(int Connection, long Request, string Key, string Text, string Code) : Entry(Connection);

enum Source
{
    /// <summary>Live.</summary>
    Live,

    /// <summary>In the replay of an opening.</summary>
    Sync,

    /// <summary>Requested, because a reset had left it out.</summary>
    Fill,

    /// <summary>Requested again.</summary>
    Pull,
}

/// <summary>An event.</summary>
sealed record EventReceived(int Connection, LoggedEvent Event, Source How) : Entry(Connection);

/// <summary>Messages as of the event <paramref name="AsOf"/>, oldest first.</summary>
sealed record PageReceived(int Connection, long AsOf, IReadOnlyList<FoldedMessage> Messages) : Entry(Connection);

/// <summary>The server made the client start again from the newest messages.</summary>
sealed record ResetReceived(int Connection, string Why, long AsOf, long? HoleFrom, long? HoleTo, IReadOnlyList<FoldedMessage> Messages)
    : Entry(Connection);

/// <summary>A piece of a running answer.</summary>
sealed record DeltaReceived(int Connection, long Message, int Offset, string Text) : Entry(Connection);

/// <summary>The server closed the connection, or it broke.</summary>
sealed record Ended(int Connection, int? CloseCode) : Entry(Connection);

/// <summary>A frame that is not in the protocol.</summary>
sealed record InvalidFrame(int Connection, string Why) : Entry(Connection);
