using ActorChat.Domain;

namespace ActorChat.Protocol;

/// <summary>A request of a client, checked as far as can be without knowing anything but the frame.</summary>
/// <param name="Id">The client's number for the request; without one there is no <c>ok</c>.</param>
public abstract record ClientFrame(long? Id);

/// <param name="Token">The session's token; where it is there, it alone decides who this is.</param>
/// <param name="Resume">Where the client stopped reading; none for a client that has nothing.</param>
public sealed record HelloFrame(long? Id, string? Client, string? Name, string? Token, Resume? Resume) : ClientFrame(Id);

/// <param name="Cursors">By conversation: the seq of the last event that the client has applied.</param>
public sealed record Resume(string Epoch, IReadOnlyDictionary<string, long> Cursors);

public sealed record SendFrame(long? Id, ConversationId Conversation, string Key, string Text, long? ReplyTo) : ClientFrame(Id);

public sealed record HistoryFrame(long? Id, ConversationId Conversation, HistoryRange Page) : ClientFrame(Id);

/// <summary>The exact events from <paramref name="From"/> to <paramref name="To"/>, both included.</summary>
public sealed record PullFrame(long? Id, ConversationId Conversation, long From, long To) : ClientFrame(Id);

public sealed record HeartbeatFrame(long? Id, IReadOnlyDictionary<string, long>? Cursors) : ClientFrame(Id);

/// <summary>Everything up to <paramref name="Seq"/> has been read.</summary>
public sealed record ReadFrame(long? Id, ConversationId Conversation, long Seq) : ClientFrame(Id);

/// <summary>Nobody is to come in with this session's token any more.</summary>
public sealed record SignOutFrame(long? Id) : ClientFrame(Id);

public sealed record TypingFrame(long? Id, ConversationId Conversation) : ClientFrame(Id);

/// <summary>A request that this server does not know; the connection goes on.</summary>
public sealed record UnknownFrame(long? Id, string Type) : ClientFrame(Id);

/// <summary>Not JSON, or a request with a field that is missing or wrong.</summary>
public sealed record RefusedFrame(long? Id, Refusal Error) : ClientFrame(Id);
