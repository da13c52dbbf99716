using ActorChat.Domain;

namespace ActorChat.Protocol;

/// <summary>A request of a client. <see cref="ClientFrameReader"/> has checked what the frame alone can tell.</summary>
/// <param name="Id">The client's number for the request. A request without one gets no <c>ok</c>.</param>
public abstract record ClientFrame(long? Id);

/// <summary>Identifies the client and opens its conversations.</summary>
/// <param name="Client">The client's program and version, for example <c>web/1.0</c>.</param>
/// <param name="Name">The name to claim. Ignored if there is a token.</param>
/// <param name="Token">The sign-in's token. It alone decides who the user is.</param>
/// <param name="Resume">The events that the client has; null if it has none.</param>
public sealed record HelloFrame(long? Id, string? Client, string? Name, string? Token, Resume? Resume) : ClientFrame(Id);

/// <param name="Epoch">The epoch of the log that the cursors belong to.</param>
/// <param name="Cursors">The seq of the last event that the client has applied, by conversation.</param>
public sealed record Resume(string Epoch, IReadOnlyDictionary<string, long> Cursors);

/// <summary>Posts a message.</summary>
/// <param name="Key">The client's permanent id for the message. A repeated send with the same key is stored once.</param>
/// <param name="ReplyTo">The seq of the message that this one answers.</param>
public sealed record SendFrame(long? Id, ConversationId Conversation, string Key, string Text, long? ReplyTo) : ClientFrame(Id);

public sealed record HistoryFrame(long? Id, ConversationId Conversation, HistoryRange Page) : ClientFrame(Id);

/// <summary>Asks for the events from <paramref name="From"/> to <paramref name="To"/>, both included.</summary>
public sealed record PullFrame(long? Id, ConversationId Conversation, long From, long To) : ClientFrame(Id);

public sealed record HeartbeatFrame(long? Id, IReadOnlyDictionary<string, long>? Cursors) : ClientFrame(Id);

/// <summary>The user has read everything up to <paramref name="Seq"/>.</summary>
public sealed record ReadFrame(long? Id, ConversationId Conversation, long Seq) : ClientFrame(Id);

/// <summary>Revokes the token of this connection.</summary>
public sealed record SignOutFrame(long? Id) : ClientFrame(Id);

public sealed record TypingFrame(long? Id, ConversationId Conversation) : ClientFrame(Id);

/// <summary>A request that this server does not know. The connection stays open.</summary>
public sealed record UnknownFrame(long? Id, string Type) : ClientFrame(Id);

/// <summary>A frame that is not JSON, or a request with a missing or invalid field.</summary>
public sealed record RefusedFrame(long? Id, Refusal Error) : ClientFrame(Id);
