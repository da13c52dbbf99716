using ActorChat.Actors.Conversations;
using ActorChat.Actors.Persistence;
using ActorChat.Actors.ReadPositions;
using ActorChat.Actors.Sessions;
using ActorChat.Actors.Tests.Persistence;
using ActorChat.Domain;
using ActorChat.Protocol;
using Akka.Actor;
using Akka.TestKit;
using Microsoft.Extensions.Time.Testing;

namespace ActorChat.Actors.Tests.Sessions;

/// <summary>A session with a socket that records its frames and with probes in place of the other actors.</summary>
public abstract class SessionSpecs : PatientTestKit
{
    protected static readonly UserAccount Ann = new(new UserId("u-ann"), "ann", "member");
    protected static readonly FrameBatch OneFrame = Frame(to => ServerFrames.Live(to, [ConversationId.Default]));

    private protected readonly RecordedSocket socket = new();
    private protected readonly HeldStore store = new();
    private protected readonly FakeTimeProvider time = new();
    private protected FakeUserLimits userLimits = new();
    private protected readonly TestProbe persistence, conversations, conversation, presence;
    private protected readonly IActorRef readPositions;

    protected SessionSpecs()
    {
        (persistence, conversations, conversation, presence) = (CreateTestProbe(), CreateTestProbe(), CreateTestProbe(), CreateTestProbe());
        readPositions = Sys.ActorOf(ReadPositionsActor.PropsFor(store, persistence.Ref, new ReadPositionOptions {
            TellAfter = TimeSpan.FromMilliseconds(20), SaveAfter = TimeSpan.FromMinutes(1), MaxBatch = 100, QueueLimit = 100 },
            SilentBus.Instance));
    }

    static FrameBatch Frame(Action<FrameBatchBuilder> compose)
    {
        var builder = new FrameBatchBuilder();
        compose(builder);
        return builder.Build();
    }

    protected SessionServices Services(LimitsOptions? limits = null, SessionOptions? settings = null) => new(
        store, persistence.Ref, conversations.Ref, readPositions, presence.Ref, "b1", limits ?? new LimitsOptions {
            MessagesPerSecond = 0 },
        settings ?? new SessionOptions { HelloTimeout = TimeSpan.FromMinutes(5), NameTimeout = TimeSpan.FromMinutes(5), InFlight = 2,
            Reads = 1, RevokedPoll = TimeSpan.FromMinutes(1) }, userLimits, time);

    protected IActorRef Start(LimitsOptions? limits = null, SessionOptions? settings = null, RecordedSocket? on = null) =>
        Start(on ?? socket, Services(limits, settings));

    protected IActorRef Start(IClientSocket on, SessionServices services)
    {
        var session = Sys.ActorOf(SessionActor.PropsFor(services));
        session.Tell(new OpenSession(on, Dialect.V1, null));
        return session;
    }

    protected static HelloFrame Hello(string? name = "ann", string? token = null, Resume? resume = null) =>
        new(1, "spec", name, token, resume);

    private protected Subscribe Claim(IActorRef session, Resume? resume = null)
    {
        session.Tell(Hello(resume: resume));
        var claim = persistence.ExpectMsg<Persist>();
        claim.ReplyTo.Tell(new Persisted([new PersistedItem(claim.Command, claim.Tag, new UserEntered(Ann))]));
        return conversations.ExpectMsg<Subscribe>();
    }

    protected IActorRef StartLive(LimitsOptions? limits = null, SessionOptions? settings = null, RecordedSocket? on = null)
    {
        var session = Start(limits, settings, on);
        Claim(session).Session.Tell(
            new Subscribed(ConversationId.Default, conversation.Ref, "General", 5, 3, FrameBatch.Empty, FrameBatch.Empty));
        (on ?? socket).Next("welcome");
        (on ?? socket).Next("live");
        return session;
    }

    protected static SendFrame Send(long id, string text = "hello") => new(id, ConversationId.Default, $"key-{id:D12}", text, null);
}
