using System.Text.Json;
using ActorChat.Actors.Conversations;
using ActorChat.Actors.Persistence;
using ActorChat.Actors.Tests.Persistence;
using ActorChat.Domain;
using ActorChat.Protocol;
using Akka.Actor;
using Akka.TestKit;

namespace ActorChat.Actors.Tests.Conversations;

/// <summary>A conversation with a store whose commits wait until the spec completes them.</summary>
public abstract class ConversationSpecs : PatientTestKit
{
    protected static readonly Author Ann = HeldStore.Ann;
    protected static readonly Author Bob = new(new UserId("u-bob"), "bob");

    private protected readonly HeldStore store = new();
    private protected readonly TestProbe agent;
    private protected readonly Lazy<IActorRef> conversation;

    protected ConversationSpecs()
    {
        agent = CreateTestProbe();
        conversation = new(() =>
        {
            var persistence = Sys.ActorOf(PersistenceActor.PropsFor(
                store, new PersistenceOptions { MaxBatch = 1000, QueueLimit = 1000 }, TimeProvider.System));
            var settings = new ConversationOptions { Tail = 1000, ClassicHistory = 1000, BotContext = 3,
                PassivateAfter = TimeSpan.FromMinutes(1), AnswerOwedAfter = TimeSpan.FromMinutes(1) };
            return ActorOf(ConversationActor.PropsFor(
                ConversationId.Default, new ConversationServices(store, persistence, agent.Ref, settings, SilentBus.Instance)));
        });
    }

    private protected Subscribed Subscribe(
        TestProbe session, Author user, long? cursor = null, Dialect dialect = Dialect.V1, bool otherEpoch = false)
    {
        conversation.Value.Tell(new Subscribe(ConversationId.Default, session.Ref, user, dialect, cursor, otherEpoch));
        return session.ExpectMsg<Subscribed>();
    }

    private protected PostMessage Post(TestProbe session, Author user, string text, long request = 1, string? key = null) =>
        new(ConversationId.Default, session.Ref, request, user, key, text, null);

    protected static List<JsonElement> Read(FrameBatch frames) => [.. FrameTexts.Read(frames)];

    protected static long[] Seqs(FrameBatch frames) => [.. Read(frames).Select(f => f.GetProperty("seq").GetInt64())];
}
