namespace ActorChat.Domain;

/// <summary>How the bot is asked: <c>/AIBot</c> at the start of a message, in any case, then the question.</summary>
public static class BotQuestion
{
    const string Command = "/AIBot";

    /// <summary>The question in a message; null where the message is for people.</summary>
    public static string? In(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        if (!text.StartsWith(Command, StringComparison.OrdinalIgnoreCase)) return null;
        var rest = text.AsSpan(Command.Length);
        return rest.IsEmpty || char.IsWhiteSpace(rest[0]) ? rest.Trim().ToString() : null;
    }
}
