using ActorChat.Actors.Classic;
using ActorChat.Domain;
using ActorChat.Protocol;

namespace ActorChat.Actors.Conversations;

/// <summary>
/// The frames that bring a client to the head: what it missed, exactly, or an honest reset. Made from memory within the turn
/// that registers the subscriber, so nothing can slip between the two. Clients that have nothing, and clients that were cut off at
/// the same moment, get the same bytes: they are made once for a head, so that a thousand who come at once cost a thousand writes.
/// </summary>
public sealed class ConversationOpening(ConversationTail tail, ConversationOptions settings)
{
    /// <summary>Messages in a reset.</summary>
    public const int ResetMessages = 50;

    // A sync is cut into frames of about this size, so that no client has to take in megabytes at once.
    const int SyncBytes = 256 * 1024;

    readonly FrameBatchBuilder builder = new();
    // Whatever changes a message takes a seq, so what was made for a head is right for as long as that is the head.
    Made? forNewcomers, forClassic, forReturning;

    public FrameBatch For(ConversationState state, Subscribe subscriber)
    {
        ArgumentNullException.ThrowIfNull(state);
        ArgumentNullException.ThrowIfNull(subscriber);
        if (subscriber.Dialect == Dialect.Classic) return Cached(ref forClassic, state, 0, () => ClassicFrames.History(builder, tail.Newest(settings.ClassicHistory)));
        if (subscriber.OtherEpoch) return Reset(state, ResetReason.Epoch, null);
        if (subscriber.Cursor is not { } cursor) return Cached(ref forNewcomers, state, 0, () => AddReset(state, ResetReason.New, null));
        if (cursor > state.Head) return Reset(state, ResetReason.Ahead, null);
        var tooFar = state.Head - cursor > Math.Min(WireLimits.PullRange, tail.EventCount);
        return Cached(ref forReturning, state, cursor, tooFar ? () => AddReset(state, ResetReason.TooFar, cursor) : () => AddSync(state, cursor));
    }

    FrameBatch Cached(ref Made? cache, ConversationState state, long cursor, Action add)
    {
        if (cache is { } made && made.Head == state.Head && made.Cursor == cursor) return made.Frames;
        add();
        var frames = builder.Build();
        cache = new Made(state.Head, cursor, frames);
        return frames;
    }

    FrameBatch Reset(ConversationState state, ResetReason why, long? cursor)
    {
        AddReset(state, why, cursor);
        return builder.Build();
    }

    void AddReset(ConversationState state, ResetReason why, long? cursor)
    {
        var oldest = tail.Newest(ResetMessages).FirstOrDefault()?.Seq ?? state.Head + 1;
        (long, long)? hole = cursor is { } last && last + 1 < oldest ? (last + 1, oldest - 1) : null;
        ServerFrames.Reset(builder, state.Id, why, hole, state.Head, tail.NewestTexts(ResetMessages));
    }

    void AddSync(ConversationState state, long cursor)
    {
        var part = new List<ReadOnlyMemory<byte>>();
        var (from, bytes) = (cursor + 1, 0);
        foreach (var text in tail.EventsAfter(cursor))
        {
            if (bytes > SyncBytes)
            {
                ServerFrames.Sync(builder, state.Id, from, from + part.Count - 1, part, more: true);
                (from, bytes) = (from + part.Count, 0);
                part.Clear();
            }
            part.Add(text);
            bytes += text.Length;
        }
        ServerFrames.Sync(builder, state.Id, from, state.Head, part, more: false);
    }

    sealed record Made(long Head, long Cursor, FrameBatch Frames);
}
