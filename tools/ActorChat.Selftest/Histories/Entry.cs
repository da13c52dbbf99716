namespace ActorChat.Selftest.Histories;

/// <summary>
/// One thing that a client did or was told. <see cref="Order"/> counts over all clients: what a client does is recorded before
/// it is written to the socket, what it is told after it was read. So where one entry's order is lower than another's and the first was told and the
/// second done, the first had really happened before.
/// </summary>
/// <param name="Connection">Which of the client's connections, from 1.</param>
public abstract record Entry(int Connection)
{
    public long Order { get; init; }
}

/// <summary>A welcome.</summary>
/// <param name="Cursor">What the client said that it had; none where it had nothing.</param>
/// <param name="Asked">The order at which hello was sent.</param>
public sealed record Opened(int Connection, string Epoch, long Head, long? Cursor, long Asked) : Entry(Connection);

/// <summary>The replay is over.</summary>
public sealed record WentLive(int Connection) : Entry(Connection);

/// <summary>A send, or the repetition of one, was about to be written.</summary>
/// <param name="Request">The number of the request on its connection; rises.</param>
public sealed record Sent(int Connection, long Request, string Key, string Text) : Entry(Connection);

public sealed record Acknowledged(int Connection, long Request, string Key, string Text, long Seq, string At, bool Duplicate) : Entry(Connection);

public sealed record Refused(int Connection, long Request, string Key, string Text, string Code) : Entry(Connection);

public enum Source
{
    /// <summary>Announced.</summary>
    Live,

    /// <summary>In the replay of an opening.</summary>
    Sync,

    /// <summary>Asked for, because a reset had left it out.</summary>
    Fill,

    /// <summary>Read again.</summary>
    Pull,
}

/// <summary>An event came.</summary>
public sealed record Saw(int Connection, LoggedEvent Event, Source How) : Entry(Connection);

/// <summary>Messages as they were after the change <paramref name="AsOf"/>, oldest first.</summary>
public sealed record ReadPage(int Connection, long AsOf, IReadOnlyList<FoldedMessage> Messages) : Entry(Connection);

/// <summary>The server told the client to begin anew from the newest messages.</summary>
public sealed record WasReset(int Connection, string Why, long AsOf, long? HoleFrom, long? HoleTo, IReadOnlyList<FoldedMessage> Messages) : Entry(Connection);

/// <summary>A piece of a running answer.</summary>
public sealed record SawDelta(int Connection, long Message, int Offset, string Text) : Entry(Connection);

/// <summary>The connection was closed by the server, or was cut.</summary>
public sealed record Ended(int Connection, int? CloseCode) : Entry(Connection);

/// <summary>A frame came that the protocol does not have.</summary>
public sealed record Garbled(int Connection, string Why) : Entry(Connection);
