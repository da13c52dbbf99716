namespace ActorChat.Domain;

/// <summary>An ephemeral event that one node sends to the others. It may be lost.</summary>
public abstract record NodeNews;

/// <summary>An ephemeral event of one conversation: only nodes whose actor of this conversation is running need it.</summary>
public abstract record ConversationNews(ConversationId Conversation) : NodeNews;

public sealed record UserTyped(ConversationId Conversation, Author User) : ConversationNews(Conversation);

/// <summary>A piece of a running answer of the bot, from <paramref name="Offset"/> on, in UTF-16 units.</summary>
public sealed record AnswerSaid(ConversationId Conversation, long MessageSeq, int Offset, string Text) : ConversationNews(Conversation);

/// <summary>
/// Asks the node that gives this answer to send its text again from <paramref name="Offset"/> on: a piece was lost, or was sent before the
/// asking node listened.
/// </summary>
public sealed record AnswerWanted(ConversationId Conversation, long MessageSeq, int Offset) : ConversationNews(Conversation);

/// <summary>A user has read up to <paramref name="Seq"/> on another node.</summary>
public sealed record UserRead(ConversationId Conversation, UserId User, long Seq) : ConversationNews(Conversation);

/// <summary>
/// These people are in a conversation on a node. Sent when they arrive and repeated from time to time; people who are not repeated have
/// left.
/// </summary>
public sealed record PeopleHere(ConversationId Conversation, string Node, IReadOnlyList<Author> People) : ConversationNews(Conversation);

public sealed record PeopleGone(ConversationId Conversation, string Node, IReadOnlyList<UserId> People) : ConversationNews(Conversation);
