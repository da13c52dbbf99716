using ActorChat.Domain;

namespace ActorChat.Storage;

/// <summary>What the log says of a message that was just appended.</summary>
internal static class PostedMessage
{
    /// <summary>An answer that begins has said nothing yet and cost nothing yet, whatever the command says.</summary>
    public static Message From(AppendMessage post, long seq, DateTimeOffset at)
    {
        var message = new Message(post.Conversation, seq, post.Sender, post.Kind, post.Text, at, post.Key, post.ReplyTo, post.Answer);
        return post.Answer is { State: AnswerState.Running } answer
            ? message with { Text = "", Answer = answer with { Usage = null, Error = null } }
            : message;
    }
}
