using ActorChat.Actors.Persistence;
using ActorChat.Domain;

namespace ActorChat.Actors.Conversations;

/// <summary>The outcome of a <see cref="PostMessage"/>: a place in the log, or a refusal.</summary>
readonly record struct PostReceipt(long? Request, long Seq, DateTimeOffset At, bool Duplicate, Refusal? Refusal)
{
    public static PostReceipt Refused(long? request, Refusal why) => new(request, 0, default, false, why);

    public static PostReceipt Of(PostMessage post, StoreOutcome outcome)
    {
        return outcome switch
        {
            MessageAppended { Message: var m } => new PostReceipt(post.Request, m.Seq, m.At, false, null),
            MessageRepeated repeated => new PostReceipt(post.Request, repeated.Seq, repeated.At, true, null),
            KeyReused => Refused(post.Request, new Refusal(ErrorCode.KeyReused, "This key was used for another message.", "key")),
            StoreBusy => Refused(post.Request, new Refusal(ErrorCode.Busy, "Too much is waiting to be saved; try again.", AfterMs: 500)),
            NotStored => Refused(post.Request,
                new Refusal(ErrorCode.Unavailable, "The message could not be saved; try again.", AfterMs: 1000)),
            _ => Refused(post.Request, new Refusal(ErrorCode.BadRequest, "The message cannot be stored.", "text")),
        };
    }
}
