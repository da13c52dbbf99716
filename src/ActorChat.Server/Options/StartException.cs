namespace ActorChat.Server.Options;

/// <summary>A configuration error that stops startup. The message is one line for the operator.</summary>
sealed class StartException(string message, Exception? inner = null) : Exception(message, inner);
