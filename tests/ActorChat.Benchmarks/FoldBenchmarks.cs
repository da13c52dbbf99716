using System.Collections.Immutable;
using ActorChat.Actors;
using ActorChat.Actors.Conversations;
using ActorChat.Domain;
using ActorChat.Protocol;
using Akka.Actor;
using BenchmarkDotNet.Attributes;

namespace ActorChat.Benchmarks;

/// <summary>What an event costs the conversation's memory, and what an opening does.</summary>
public class FoldBenchmarks
{
    readonly ConversationOptions settings = new() { Tail = 1000, ClassicHistory = 1000, BotContext = 50,
        PassivateAfter = TimeSpan.FromMinutes(2), AnswerOwedAfter = TimeSpan.FromMinutes(1) };
    ConversationState state = new(ConversationId.Default, "General", 0, 1, ImmutableSortedDictionary<long, string>.Empty);
    ConversationTail tail = null!;
    ConversationOpening opening = null!;
    long head;

    [GlobalSetup]
    public void Fill()
    {
        tail = new ConversationTail(new ConversationSnapshot(ConversationId.Default, "General", 0, [], [], 1, default), settings);
        opening = new ConversationOpening(tail, settings);
        state = state with { Head = 0 };
        head = 0;
        for (var i = 0; i < 1000; i++) ApplyEvent();
    }

    [Benchmark]
    public long ApplyEvent()
    {
        var entry = new MessagePosted(Samples.Message(++head));
        state = state.Apply(entry);
        tail.Add(entry, Encoded);
        return state.Head;
    }

    [Benchmark]
    public FrameBatch ResumeFrom900Behind() =>
        opening.For(state, new Subscribe(ConversationId.Default, ActorRefs.Nobody, Samples.Ann, Dialect.V1, state.Head - 900, false));

    [Benchmark]
    public FrameBatch JoinAsOneOfMany() =>
        opening.For(state, new Subscribe(ConversationId.Default, ActorRefs.Nobody, Samples.Ann, Dialect.V1, null, false));

    static readonly byte[] Encoded = new byte[260];
}
