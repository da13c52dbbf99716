namespace ActorChat.Domain;

/// <summary>Something that one node tells the others and that may be lost.</summary>
public abstract record NodeNews;

/// <summary>The same for one conversation: only those who have it awake want to know.</summary>
public abstract record ConversationNews(ConversationId Conversation) : NodeNews;

public sealed record UserTyped(ConversationId Conversation, Author User) : ConversationNews(Conversation);

/// <summary>What a running answer of the bot says from <paramref name="Offset"/> on, in UTF-16 units.</summary>
public sealed record AnswerSaid(ConversationId Conversation, long MessageSeq, int Offset, string Text) : ConversationNews(Conversation);

/// <summary>Who gives this answer is asked to say again what it says from <paramref name="Offset"/> on: something was lost, or came before one was here.</summary>
public sealed record AnswerWanted(ConversationId Conversation, long MessageSeq, int Offset) : ConversationNews(Conversation);

/// <summary>A user has read up to <paramref name="Seq"/> on another node.</summary>
public sealed record UserRead(ConversationId Conversation, UserId User, long Seq) : ConversationNews(Conversation);

/// <summary>These are in a conversation on a node. Said when they come, and again from time to time; who is not said again has left.</summary>
public sealed record PeopleHere(ConversationId Conversation, string Node, IReadOnlyList<Author> People) : ConversationNews(Conversation);

public sealed record PeopleGone(ConversationId Conversation, string Node, IReadOnlyList<UserId> People) : ConversationNews(Conversation);
