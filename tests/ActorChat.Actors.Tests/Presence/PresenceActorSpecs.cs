using System.Diagnostics;
using System.Text.Json;
using ActorChat.Actors.Conversations;
using ActorChat.Actors.Nodes;
using ActorChat.Actors.Presence;
using ActorChat.Actors.Tests.Nodes;
using ActorChat.Domain;
using Akka.Actor;
using Akka.TestKit;

namespace ActorChat.Actors.Tests.Presence;

public class PresenceActorSpecs : PatientTestKit
{
    static readonly Author Ann = new(new UserId("u-ann"), "ann"), Bob = new(new UserId("u-bob"), "bob"), Cat = new(new UserId("u-cat"), "cat");

    readonly RecordingBus bus = new();

    IActorRef Start(int gatherMs = 50, int graceMs = 200, int named = 100) => Sys.ActorOf(PresenceActor.PropsFor(
        new PresenceOptions { Gather = TimeSpan.FromMilliseconds(gatherMs), Grace = TimeSpan.FromMilliseconds(graceMs), Named = named },
            TimeProvider.System, bus));

    TestProbe Enter(IActorRef presence, Author user, Dialect dialect = Dialect.V1) => Enter(presence, user, CreateTestProbe(), dialect);

    static TestProbe Enter(IActorRef presence, Author user, TestProbe session, Dialect dialect = Dialect.V1)
    {
        presence.Tell(new Arrive(ConversationId.Default, session.Ref, user, dialect));
        return session;
    }

    static void Leave(IActorRef presence, TestProbe session) => presence.Tell(new Depart(ConversationId.Default, session.Ref));

    static JsonElement Read(DeliveredEphemeral told)
    {
        Assert.True(told.Frames.Ephemeral);
        var frame = Assert.Single(FrameTexts.Read(told.Frames));
        Assert.Equal(("presence", "default"), (frame.GetProperty("type").GetString(), frame.GetProperty("conversation").GetString()));
        return frame;
    }

    static string[] Names(JsonElement frame, string field) => [.. frame.GetProperty(field).EnumerateArray().Select(p => p.GetProperty("name").GetString()!).Order()];

    static string[] ExpectState(TestProbe session) => Names(Read(session.ExpectMsg<DeliveredEphemeral>()), "state");

    [Fact]
    public void Who_comes_is_told_who_is_here_and_the_others_that_somebody_came()
    {
        var presence = Start();
        var ann = Enter(presence, Ann);
        Assert.Equal(["ann"], ExpectState(ann));
        var bob = Enter(presence, Bob);
        Assert.Equal(["ann", "bob"], ExpectState(bob));
        var change = Read(ann.ExpectMsg<DeliveredEphemeral>());
        Assert.Equal(["bob"], Names(change, "joined"));
        Assert.Empty(Names(change, "left"));
        bob.ExpectNoMsg(100);
    }

    [Fact]
    public void What_happens_within_an_interval_is_one_frame_and_the_very_same_for_everybody() =>
        Assert.Contains(Enumerable.Range(0, 10), _ => IsOneFrameWithin(TimeSpan.FromSeconds(1)));

    // False where the machine stood still, so that it was more than an interval.
    bool IsOneFrameWithin(TimeSpan interval)
    {
        var crowd = Enumerable.Range(1, 20).Select(_ => CreateTestProbe()).ToArray();
        TestProbe ann = CreateTestProbe(), other = CreateTestProbe();
        var presence = Start(gatherMs: (int)interval.TotalMilliseconds, graceMs: 0);
        var begun = Stopwatch.GetTimestamp();
        Enter(presence, Ann, ann);
        Enter(presence, Ann, other);
        for (var n = 0; n < crowd.Length; n++) Enter(presence, new Author(new UserId($"u{n}"), $"guest {n}"), crowd[n]);
        if (Stopwatch.GetElapsedTime(begun) > interval) return false;
        ExpectState(ann);
        ExpectState(other);
        var told = ann.ExpectMsg<DeliveredEphemeral>();
        Assert.Equal(20, Names(Read(told), "joined").Length);
        var whole = crowd.Select(c => c.ExpectMsg<DeliveredEphemeral>()).ToArray();
        Assert.All(whole, w => Assert.Same(whole[0].Frames, w.Frames));
        Assert.Equal(21, Names(Read(whole[0]), "state").Length);
        Leave(presence, crowd[0]);
        Leave(presence, crowd[1]);
        if (Stopwatch.GetElapsedTime(begun) > 2 * interval) return false;
        var gone = ann.ExpectMsg<DeliveredEphemeral>();
        Assert.Equal(2, Names(Read(gone), "left").Length);
        Assert.Same(gone.Frames, other.ExpectMsg<DeliveredEphemeral>().Frames);
        return true;
    }

    [Fact]
    public void Who_is_back_within_the_grace_was_never_away()
    {
        var presence = Start(graceMs: 2000);
        var ann = Enter(presence, Ann);
        ExpectState(ann);
        var bob = Enter(presence, Bob);
        Read(ann.ExpectMsg<DeliveredEphemeral>());
        var back = CreateTestProbe(); // not while the grace runs
        Leave(presence, bob);
        Assert.Equal(["ann", "bob"], ExpectState(Enter(presence, Bob, back)));
        ann.ExpectNoMsg(2500);
    }

    [Fact]
    public void Who_stays_away_has_left_after_the_grace()
    {
        var presence = Start(graceMs: 300);
        var ann = Enter(presence, Ann);
        ExpectState(ann);
        var bob = Enter(presence, Bob);
        Read(ann.ExpectMsg<DeliveredEphemeral>());
        Leave(presence, bob);
        Assert.Equal(["bob"], Names(Read(ann.ExpectMsg<DeliveredEphemeral>()), "left"));
        Assert.Equal(["ann", "cat"], ExpectState(Enter(presence, Cat)));
    }

    [Fact]
    public void Classic_clients_are_present_and_are_told_nothing()
    {
        var presence = Start();
        var page = Enter(presence, Bob, Dialect.Classic);
        Assert.Equal(["ann", "bob"], ExpectState(Enter(presence, Ann)));
        page.ExpectNoMsg(100);
    }

    [Fact]
    public void A_crowd_is_told_as_a_number()
    {
        var presence = Start(named: 2, graceMs: 1);
        var ann = Enter(presence, Ann);
        ExpectState(ann);
        var bob = Enter(presence, Bob);
        ExpectState(bob);
        Read(ann.ExpectMsg<DeliveredEphemeral>());
        var cat = Enter(presence, Cat);
        foreach (var session in new[] { ann, bob, cat })
        {
            var frame = Read(session.ExpectMsg<DeliveredEphemeral>());
            Assert.Equal(3, frame.GetProperty("count").GetInt32());
            Assert.False(frame.TryGetProperty("state", out _) || frame.TryGetProperty("joined", out _));
        }
        Leave(presence, bob);
        Assert.Equal(2, Read(ann.ExpectMsg<DeliveredEphemeral>()).GetProperty("count").GetInt32());
        Leave(presence, cat);
        Assert.Equal(["ann"], ExpectState(ann)); // and by name again
    }

    [Fact]
    public void After_a_failure_everybody_is_asked_to_say_again_that_they_are_here()
    {
        var presence = Start();
        var ann = Enter(presence, Ann);
        ExpectState(ann);
        EventFilter.Exception<ArgumentNullException>().ExpectOne(() => presence.Tell(new Arrive(ConversationId.Default, CreateTestProbe().Ref, null!, Dialect.V1)));
        ann.FishForMessage<PresenceLost>(_ => true);
        presence.Tell(new Arrive(ConversationId.Default, ann.Ref, Ann, Dialect.V1));
        Assert.Equal(["ann"], ExpectState(ann));
    }

    [Fact]
    public void Who_is_on_another_node_is_here_until_that_says_otherwise()
    {
        var presence = Start(graceMs: 50);
        var ann = Enter(presence, Ann);
        AwaitAssert(() => Assert.Contains(bus.Published.OfType<PeopleHere>(), said => said.Node == "here" && said.People.SequenceEqual([Ann])));
        Read(ann.ExpectMsg<DeliveredEphemeral>());

        presence.Tell(new Heard(new PeopleHere(ConversationId.Default, "there", [Bob])));
        presence.Tell(new Heard(new PeopleHere(ConversationId.Default, "there", [Bob]))); // said again, as from time to time
        Assert.Equal("bob", Read(ann.ExpectMsg<DeliveredEphemeral>()).GetProperty("joined")[0].GetProperty("name").GetString());

        presence.Tell(new Heard(new PeopleGone(ConversationId.Default, "there", [Bob.Id])));
        Assert.Equal("u-bob", Read(ann.ExpectMsg<DeliveredEphemeral>()).GetProperty("left")[0].GetProperty("id").GetString());
    }

    [Fact]
    public void Who_is_on_two_nodes_has_left_when_the_last_one_says_so()
    {
        var presence = Start(graceMs: 50);
        var ann = Enter(presence, Ann);
        Read(ann.ExpectMsg<DeliveredEphemeral>());
        var bob = Enter(presence, Bob);
        ann.ExpectMsg<DeliveredEphemeral>();
        presence.Tell(new Heard(new PeopleHere(ConversationId.Default, "there", [Bob])));
        Leave(presence, bob);
        AwaitAssert(() => Assert.Equal([Bob.Id], Assert.Single(bus.Published.OfType<PeopleGone>()).People));
        ann.ExpectNoMsg(300);
        presence.Tell(new Heard(new PeopleGone(ConversationId.Default, "there", [Bob.Id])));
        ann.ExpectMsg<DeliveredEphemeral>();
    }
}
