namespace ActorChat.Domain;

/// <summary>The id of a conversation, for example <c>default</c>. Clients see it.</summary>
public readonly record struct ConversationId(string Value)
{
    /// <summary>The conversation that always exists. Every user is a member.</summary>
    public static readonly ConversationId Default = new("default");

    public override string ToString() => Value;
}

/// <summary>The id of a user. The store creates it. It is opaque, and no client displays it.</summary>
public readonly record struct UserId(string Value)
{
    public override string ToString() => Value;
}

/// <summary>A user as other users see it, for example the sender of a message.</summary>
public sealed record Author(UserId Id, string Name)
{
    /// <summary>The AI teammate. Its name is reserved.</summary>
    public static readonly Author Bot = new(new UserId("aibot"), "AIBot");
}
