namespace ActorChat.Domain;

/// <summary>A question to the bot: a message that begins with <c>/AIBot</c>, in any case, followed by the question.</summary>
public static class BotQuestion
{
    const string Command = "/AIBot";

    /// <summary>Returns the question in a message, or null if the message does not address the bot.</summary>
    public static string? In(string text)
    {
        if (!text.StartsWith(Command, StringComparison.OrdinalIgnoreCase)) return null;
        var rest = text.AsSpan(Command.Length);
        return rest.IsEmpty || char.IsWhiteSpace(rest[0]) ? rest.Trim().ToString() : null;
    }
}
