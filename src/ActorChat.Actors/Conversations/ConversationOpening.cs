using ActorChat.Actors.Classic;
using ActorChat.Domain;
using ActorChat.Protocol;

namespace ActorChat.Actors.Conversations;

/// <summary>
/// The frames that bring a client to the head: exactly what it missed, or an honest reset. They come from memory, in the turn that
/// registers the subscriber, so no event falls in between. Clients that have nothing, and clients that lost their connection at the same
/// seq, get the same bytes. Those are encoded once per head, so a thousand clients that connect at once cost a thousand writes only.
/// </summary>
sealed class ConversationOpening(ConversationTail tail, ConversationOptions options)
{
    /// <summary>Messages in a reset.</summary>
    public const int ResetMessages = 50;

    // A sync is cut into frames of about this size, so that no client has to parse megabytes at once.
    const int SyncBytes = 256 * 1024;

    readonly FrameBatchBuilder builder = new();
    // Every change takes a seq, so frames made for a head stay right as long as the head is the same.
    Made? forNewcomers, forClassic, forReturning;

    public FrameBatch For(ConversationState state, Subscribe subscriber)
    {
        if (subscriber.Dialect == Dialect.Classic)
            return Cached(ref forClassic, state, 0, () => ClassicFrames.History(builder, tail.Newest(options.ClassicHistory)));
        if (subscriber.OtherEpoch) return Reset(state, ResetReason.Epoch, null);
        if (subscriber.Cursor is not { } cursor) return Cached(ref forNewcomers, state, 0, () => AddReset(state, ResetReason.New, null));
        if (cursor > state.Head) return Reset(state, ResetReason.Ahead, null);
        var tooFar = state.Head - cursor > Math.Min(WireLimits.PullRange, tail.EventCount);
        return tooFar
            ? Cached(ref forReturning, state, cursor, () => AddReset(state, ResetReason.TooFar, cursor))
            : Cached(ref forReturning, state, cursor, () => AddSync(state, cursor));
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
