namespace ActorChat.Domain;

/// <summary>The id of a conversation as it goes over the wire, for example <c>default</c>.</summary>
public readonly record struct ConversationId(string Value)
{
    /// <summary>The conversation that is there from the start and has everyone in it.</summary>
    public static readonly ConversationId Default = new("default");

    public override string ToString() => Value;
}

/// <summary>The id of a user: opaque, made by the store, never shown.</summary>
public readonly record struct UserId(string Value)
{
    public override string ToString() => Value;
}

/// <summary>Who wrote a message, as every client sees it.</summary>
public sealed record Author(UserId Id, string Name)
{
    /// <summary>The AI teammate. Its name is reserved.</summary>
    public static readonly Author Bot = new(new UserId("aibot"), "AIBot");
}
