using ActorChat.Actors.Presence;
using ActorChat.Domain;

namespace ActorChat.Actors.Tests.Presence;

public class PeopleElsewhereTests
{
    static readonly UserId Ann = new("u-ann"), Bob = new("u-bob");

    [Fact]
    public void A_user_expires_once_for_each_node_that_has_stopped_reporting_them()
    {
        var people = new PeopleElsewhere();
        Assert.True(people.Report("one", Ann, 0));
        Assert.True(people.Report("two", Ann, 0));
        Assert.True(people.Report("one", Bob, 0));
        Assert.False(people.Report("one", Bob, 10));

        Assert.Equal([Ann, Ann], people.RemoveExpired(5));

        Assert.Empty(people.RemoveExpired(5));
        Assert.True(people.Remove("one", Bob));
        Assert.False(people.Remove("one", Bob));
    }
}
