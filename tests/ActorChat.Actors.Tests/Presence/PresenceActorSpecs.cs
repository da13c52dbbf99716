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
    static readonly Author Ann = new(new UserId("u-ann"), "ann"), Bob = new(new UserId("u-bob"), "bob"),
        Cat = new(new UserId("u-cat"), "cat");

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

    static JsonElement ReadPresence(DeliveredEphemeral delivered)
    {
        Assert.True(delivered.Frames.Ephemeral);
        var frame = Assert.Single(FrameTexts.Read(delivered.Frames));
        Assert.Equal(("presence", "default"), (frame.GetProperty("type").GetString(), frame.GetProperty("conversation").GetString()));
        return frame;
    }

    static string[] Names(JsonElement frame, string field) =>
        [.. frame.GetProperty(field).EnumerateArray().Select(p => p.GetProperty("name").GetString()!).Order()];

    static string[] ExpectState(TestProbe session) => Names(ReadPresence(session.ExpectMsg<DeliveredEphemeral>()), "state");

    [Fact]
    public void A_new_session_gets_the_people_who_are_present_and_the_others_get_the_new_user()
    {
        var presence = Start();
        var ann = Enter(presence, Ann);
        Assert.Equal(["ann"], ExpectState(ann));
        var bob = Enter(presence, Bob);
        Assert.Equal(["ann", "bob"], ExpectState(bob));
        var change = ReadPresence(ann.ExpectMsg<DeliveredEphemeral>());
        Assert.Equal(["bob"], Names(change, "joined"));
        Assert.Empty(Names(change, "left"));
        bob.ExpectNoMsg(100);
    }

    [Fact]
    public void Changes_within_an_interval_are_sent_as_one_frame_that_all_sessions_share() =>
        Assert.Contains(Enumerable.Range(0, 10), _ => IsOneFrameWithin(TimeSpan.FromSeconds(1)));

    // False if the machine paused, so that the changes took longer than an interval.
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
        var delivered = ann.ExpectMsg<DeliveredEphemeral>();
        Assert.Equal(20, Names(ReadPresence(delivered), "joined").Length);
        var whole = crowd.Select(c => c.ExpectMsg<DeliveredEphemeral>()).ToArray();
        Assert.All(whole, w => Assert.Same(whole[0].Frames, w.Frames));
        Assert.Equal(21, Names(ReadPresence(whole[0]), "state").Length);
        Leave(presence, crowd[0]);
        Leave(presence, crowd[1]);
        if (Stopwatch.GetElapsedTime(begun) > 2 * interval) return false;
        var gone = ann.ExpectMsg<DeliveredEphemeral>();
        Assert.Equal(2, Names(ReadPresence(gone), "left").Length);
        Assert.Same(gone.Frames, other.ExpectMsg<DeliveredEphemeral>().Frames);
        return true;
    }

    [Fact]
    public void A_user_who_returns_within_the_grace_time_never_left()
    {
        var presence = Start(graceMs: 2000);
        var ann = Enter(presence, Ann);
        ExpectState(ann);
        var bob = Enter(presence, Bob);
        ReadPresence(ann.ExpectMsg<DeliveredEphemeral>());
        var back = CreateTestProbe(); // created before the grace time runs, because that may take long
        Leave(presence, bob);
        Assert.Equal(["ann", "bob"], ExpectState(Enter(presence, Bob, back)));
        ann.ExpectNoMsg(2500);
    }

    [Fact]
    public void A_user_who_stays_away_leaves_after_the_grace_time()
    {
        var presence = Start(graceMs: 300);
        var ann = Enter(presence, Ann);
        ExpectState(ann);
        var bob = Enter(presence, Bob);
        ReadPresence(ann.ExpectMsg<DeliveredEphemeral>());
        Leave(presence, bob);
        Assert.Equal(["bob"], Names(ReadPresence(ann.ExpectMsg<DeliveredEphemeral>()), "left"));
        Assert.Equal(["ann", "cat"], ExpectState(Enter(presence, Cat)));
    }

    [Fact]
    public void Classic_clients_are_present_but_get_no_presence_frames()
    {
        var presence = Start();
        var page = Enter(presence, Bob, Dialect.Classic);
        Assert.Equal(["ann", "bob"], ExpectState(Enter(presence, Ann)));
        page.ExpectNoMsg(100);
    }

    [Fact]
    public void Above_the_limit_clients_get_the_number_of_people_instead_of_names()
    {
        var presence = Start(named: 2, graceMs: 1);
        var ann = Enter(presence, Ann);
        ExpectState(ann);
        var bob = Enter(presence, Bob);
        ExpectState(bob);
        ReadPresence(ann.ExpectMsg<DeliveredEphemeral>());
        var cat = Enter(presence, Cat);
        foreach (var session in new[] { ann, bob, cat })
        {
            var frame = ReadPresence(session.ExpectMsg<DeliveredEphemeral>());
            Assert.Equal(3, frame.GetProperty("count").GetInt32());
            Assert.False(frame.TryGetProperty("state", out _) || frame.TryGetProperty("joined", out _));
        }
        Leave(presence, bob);
        Assert.Equal(2, ReadPresence(ann.ExpectMsg<DeliveredEphemeral>()).GetProperty("count").GetInt32());
        Leave(presence, cat);
        Assert.Equal(["ann"], ExpectState(ann)); // names again
    }

    [Fact]
    public void After_a_failure_sessions_are_asked_to_report_their_presence_again()
    {
        var presence = Start();
        var ann = Enter(presence, Ann);
        ExpectState(ann);
        EventFilter.Exception<NullReferenceException>()
            .ExpectOne(() => presence.Tell(new Arrive(ConversationId.Default, CreateTestProbe().Ref, null!, Dialect.V1)));
        ann.FishForMessage<PresenceLost>(_ => true);
        presence.Tell(new Arrive(ConversationId.Default, ann.Ref, Ann, Dialect.V1));
        Assert.Equal(["ann"], ExpectState(ann));
    }

    [Fact]
    public void A_user_on_another_node_is_present_until_that_node_reports_that_they_left()
    {
        var presence = Start(graceMs: 50);
        var ann = Enter(presence, Ann);
        AwaitAssert(() => Assert.Contains(
            bus.Published.OfType<PeopleHere>(), report => report.Node == "here" && report.People.SequenceEqual([Ann])));
        ReadPresence(ann.ExpectMsg<DeliveredEphemeral>());

        presence.Tell(new Heard(new PeopleHere(ConversationId.Default, "there", [Bob])));
        presence.Tell(new Heard(new PeopleHere(ConversationId.Default, "there", [Bob]))); // nodes repeat their reports
        Assert.Equal("bob", ReadPresence(ann.ExpectMsg<DeliveredEphemeral>()).GetProperty("joined")[0].GetProperty("name").GetString());

        presence.Tell(new Heard(new PeopleGone(ConversationId.Default, "there", [Bob.Id])));
        Assert.Equal("u-bob", ReadPresence(ann.ExpectMsg<DeliveredEphemeral>()).GetProperty("left")[0].GetProperty("id").GetString());
    }

    [Fact]
    public void A_user_on_two_nodes_leaves_when_the_last_node_reports_that_they_left()
    {
        var presence = Start(graceMs: 50);
        var ann = Enter(presence, Ann);
        ReadPresence(ann.ExpectMsg<DeliveredEphemeral>());
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
