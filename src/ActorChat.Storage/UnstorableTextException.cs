namespace ActorChat.Storage;

/// <summary>A text that no engine stores faithfully. The door refuses such texts; this is for one that came in another way.</summary>
internal sealed class UnstorableTextException(string reason) : Exception(reason);
