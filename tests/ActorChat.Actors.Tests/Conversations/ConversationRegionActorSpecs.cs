using ActorChat.Actors.Conversations;
using ActorChat.Actors.Persistence;
using ActorChat.Actors.Tests.Persistence;
using ActorChat.Domain;
using Akka.Actor;

namespace ActorChat.Actors.Tests.Conversations;

public class ConversationRegionActorSpecs : PatientTestKit
{
    readonly HeldStore store = new();

    IActorRef Start(TimeSpan passivateAfter)
    {
        var persistence = Sys.ActorOf(PersistenceActor.PropsFor(
            store, new PersistenceOptions { MaxBatch = 1000, QueueLimit = 1000 }, TimeProvider.System));
        var settings = new ConversationOptions { Tail = 1000, ClassicHistory = 1000, BotContext = 3, PassivateAfter = passivateAfter,
            AnswerOwedAfter = TimeSpan.FromMinutes(1) };
        return Sys.ActorOf(ConversationRegionActor.PropsFor(
            new ConversationServices(store, persistence, CreateTestProbe().Ref, settings, SilentBus.Instance)));
    }

    static Subscribe SubscribeFor(IActorRef session, string conversation = "default") =>
        new(new ConversationId(conversation), session, HeldStore.Ann, Dialect.V1, null, false);

    [Fact]
    public void The_first_message_starts_a_conversation_and_all_sessions_share_it()
    {
        var conversations = Start(TimeSpan.FromMinutes(1));
        conversations.Tell(SubscribeFor(TestActor));
        var first = ExpectMsg<Subscribed>();
        conversations.Tell(SubscribeFor(CreateTestProbe().Ref));
        conversations.Tell(SubscribeFor(TestActor));
        Assert.Equal(first.Ref, ExpectMsg<Subscribed>().Ref);
    }

    [Fact]
    public void An_id_that_is_not_a_valid_actor_name_is_looked_up_in_the_store()
    {
        var conversations = Start(TimeSpan.FromMinutes(1));
        conversations.Tell(SubscribeFor(TestActor, "../a b/ü?#"));
        Assert.Equal(ErrorCode.NotFound, ExpectMsg<NotSubscribed>().Error.Code);
    }

    [Promise("P6")]
    [Fact]
    public void A_conversation_without_subscribers_stops_and_the_next_message_starts_it_again()
    {
        var conversations = Start(TimeSpan.FromMilliseconds(50));
        var session = CreateTestProbe();
        conversations.Tell(SubscribeFor(session.Ref));
        var first = session.ExpectMsg<Subscribed>().Ref;
        Watch(first);
        Sys.Stop(session.Ref);
        ExpectTerminated(first);
        conversations.Tell(SubscribeFor(TestActor));
        Assert.NotEqual(first, ExpectMsg<Subscribed>().Ref);
    }

    [Fact]
    public void Repeated_typing_does_not_keep_a_conversation_without_subscribers_running()
    {
        var conversations = Start(TimeSpan.FromSeconds(1));
        var session = CreateTestProbe();
        conversations.Tell(SubscribeFor(session.Ref));
        var conversation = session.ExpectMsg<Subscribed>().Ref;
        Watch(conversation);
        Sys.Stop(session.Ref);
        var often = TimeSpan.FromMilliseconds(20);
        var typing = Sys.Scheduler.ScheduleTellRepeatedlyCancelable(
            often, often, conversation, new NoteTyping(ConversationId.Default, HeldStore.Ann), ActorRefs.NoSender);
        ExpectTerminated(conversation);
        typing.Cancel();
    }

    [Fact]
    public void A_conversation_with_a_subscriber_keeps_running()
    {
        var conversations = Start(TimeSpan.FromMilliseconds(20));
        conversations.Tell(SubscribeFor(TestActor));
        Watch(ExpectMsg<Subscribed>().Ref);
        ExpectNoMsg(200);
    }

    [Promise("P8")]
    [Fact]
    public void The_next_message_loads_the_conversation_after_the_store_was_unavailable()
    {
        store.ReadsFailWith = new StoreUnavailableException("away");
        var conversations = Start(TimeSpan.FromMinutes(1));
        conversations.Tell(SubscribeFor(TestActor));
        Assert.Equal(ErrorCode.Unavailable, ExpectMsg<NotSubscribed>().Error.Code);
        store.ReadsFailWith = null;
        AwaitAssert(() =>
        {
            conversations.Tell(SubscribeFor(TestActor));
            ExpectMsg<Subscribed>();
        });
    }

    [Fact]
    public void A_failed_conversation_stops_and_notifies_its_sessions_and_the_next_message_starts_a_new_incarnation()
    {
        var conversations = Start(TimeSpan.FromMinutes(1));
        var session = CreateTestProbe();
        conversations.Tell(SubscribeFor(session.Ref));
        var first = session.ExpectMsg<Subscribed>().Ref;
        Watch(first);
        var ahead = new Message(ConversationId.Default, 99, HeldStore.Ann, MessageKind.User, "from nowhere", HeldStore.Noon);

        EventFilter.Exception<InvalidOperationException>().ExpectOne(
            () => first.Tell(new Persisted([new PersistedItem(new ProbeWrite(), null, new MessageAppended(ahead))])));

        session.ExpectMsg<ConversationEnded>();
        ExpectTerminated(first);
        AwaitAssert(() =>
        {
            conversations.Tell(SubscribeFor(TestActor)); // the message is lost if the region does not know yet that the actor stopped
            Assert.NotEqual(first, ExpectMsg<Subscribed>(TimeSpan.FromSeconds(1)).Ref);
        });
    }
}
