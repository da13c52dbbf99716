namespace ActorChat.Storage;

/// <summary>A text that no engine stores faithfully. The server rejects such texts earlier; this is the last check.</summary>
internal sealed class UnstorableTextException(string reason) : Exception(reason);
