namespace ActorChat.Server.Options;

/// <summary>The server cannot start. The message is one line that tells an operator what to change.</summary>
public sealed class StartException(string message, Exception? inner = null) : Exception(message, inner);
