using ActorChat.Domain;

namespace ActorChat.Storage;

/// <summary>The message that the log contains after a post.</summary>
internal static class PostedMessage
{
    /// <summary>A running answer begins without text, usage or error, even if the command has them.</summary>
    public static Message From(AppendMessage post, long seq, DateTimeOffset at)
    {
        var message = new Message(post.Conversation, seq, post.Sender, post.Kind, post.Text, at, post.Key, post.ReplyTo, post.Answer);
        return post.Answer is { State: AnswerState.Running } answer
            ? message with { Text = "", Answer = answer with { Usage = null, Error = null } }
            : message;
    }
}
