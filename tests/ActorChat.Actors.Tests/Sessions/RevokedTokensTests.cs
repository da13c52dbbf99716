using ActorChat.Actors.Sessions;
using ActorChat.Domain;

namespace ActorChat.Actors.Tests.Sessions;

public class RevokedTokensTests
{
    static readonly TokenHash One = new("one"), Two = new("two");

    [Fact]
    public void Each_is_news_once_whoever_says_it_first()
    {
        var revoked = new RevokedTokens(0);
        Assert.Equal([One], revoked.Learn([One], 10));
        Assert.Equal([Two], revoked.Read([One, Two], 20));
        Assert.Empty(revoked.Read([One, Two], 30));
        Assert.True(revoked.Contains(One));
    }

    [Fact]
    public void The_store_is_asked_for_what_came_since_it_last_answered_and_a_minute_more()
    {
        var revoked = new RevokedTokens(1000);
        Assert.Equal(TimeSpan.FromSeconds(60), revoked.Within(1000));
        Assert.Equal(TimeSpan.FromSeconds(60 + 5), revoked.Within(6000)); // it did not answer for five seconds
        revoked.Read([], 6000);
        Assert.Equal(TimeSpan.FromSeconds(60.5), revoked.Within(6500));
    }

    [Fact]
    public void What_nobody_can_be_on_the_way_with_is_forgotten()
    {
        var revoked = new RevokedTokens(0);
        revoked.Read([One], 1000);
        revoked.Read([], 61_000);
        Assert.True(revoked.Contains(One));
        revoked.Read([], 200_000);
        Assert.False(revoked.Contains(One));
    }
}
