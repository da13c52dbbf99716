using ActorChat.Actors.Presence;
using ActorChat.Domain;

namespace ActorChat.Actors.Tests.Presence;

public class RosterTests
{
    const long Grace = 5000;

    static readonly Author Ann = new(new UserId("u-ann"), "ann"), Bob = new(new UserId("u-bob"), "bob");

    readonly Roster roster = new(named: 4, Grace);

    static Author Guest(int n) => new(new UserId($"u{n}"), $"guest {n}");

    [Fact]
    public void A_user_with_several_connections_joins_once()
    {
        roster.Enter(Ann);
        roster.Enter(Ann);
        Assert.Equal([Ann], roster.Take(0).Joined);
        roster.Enter(Ann);
        Assert.True(roster.Take(1).IsEmpty);
        Assert.Equal(1, roster.Count);
    }

    [Fact]
    public void A_user_who_closes_one_of_two_connections_is_still_present()
    {
        roster.Enter(Ann);
        roster.Enter(Ann);
        roster.Leave(Ann.Id, 0);
        Assert.Null(roster.NextLeaveMs);
        roster.Take(0);
        Assert.True(roster.Take(Grace * 2).IsEmpty);
    }

    [Fact]
    public void A_user_leaves_when_the_grace_time_ends_and_not_before()
    {
        roster.Enter(Ann);
        roster.Take(0);
        roster.Leave(Ann.Id, 100);
        Assert.Equal(100 + Grace, roster.NextLeaveMs);
        Assert.True(roster.Take(99 + Grace).IsEmpty);
        Assert.Equal([Ann], roster.People);
        Assert.Equal([Ann], roster.Take(100 + Grace).Left);
        Assert.Empty(roster.People);
        Assert.Null(roster.NextLeaveMs);
    }

    [Fact]
    public void A_reload_is_neither_a_join_nor_a_leave()
    {
        roster.Enter(Ann);
        roster.Take(0);
        for (var n = 0; n < 10; n++)
        {
            roster.Leave(Ann.Id, n * 1000);
            roster.Enter(Ann);
        }
        Assert.Null(roster.NextLeaveMs);
        Assert.True(roster.Take(Grace * 10).IsEmpty);
        roster.Leave(Ann.Id, Grace * 10);
        Assert.Equal([Ann], roster.Take(Grace * 11).Left);
    }

    [Fact]
    public void A_user_who_joined_and_left_between_two_reports_is_not_reported()
    {
        roster.Enter(Ann);
        roster.Leave(Ann.Id, 0);
        Assert.True(roster.Take(Grace).IsEmpty);
    }

    [Fact]
    public void An_absent_user_cannot_leave()
    {
        roster.Leave(Bob.Id, 0);
        Assert.True(roster.Take(Grace).IsEmpty);
        Assert.Equal(0, roster.Count);
    }

    [Fact]
    public void People_are_counted_above_the_limit_and_named_again_at_half_of_it()
    {
        for (var n = 0; n < 4; n++) roster.Enter(Guest(n));
        Assert.False(roster.Take(0).Switched);
        Assert.True(roster.IsNamed);
        roster.Enter(Guest(4));
        Assert.True(roster.Take(0).Switched);
        Assert.False(roster.IsNamed);
        for (var n = 0; n < 2; n++) roster.Leave(Guest(n).Id, 0);
        Assert.False(roster.Take(Grace).Switched);
        roster.Leave(Guest(2).Id, Grace);
        Assert.True(roster.Take(2 * Grace).Switched);
        Assert.True(roster.IsNamed);
    }
}
