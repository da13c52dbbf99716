using ActorChat.Actors.Sessions;
using ActorChat.Domain;

namespace ActorChat.Actors.Tests.Sessions;

public class RevokedTokensTests
{
    static readonly TokenHash One = new("one"), Two = new("two");

    [Fact]
    public void A_revoked_token_is_returned_as_new_only_once()
    {
        var revoked = new RevokedTokens(0);
        Assert.Equal([One], revoked.Learn([One], 10));
        Assert.Equal([Two], revoked.Read([One, Two], 20));
        Assert.Empty(revoked.Read([One, Two], 30));
        Assert.True(revoked.Contains(One));
    }

    [Fact]
    public void The_next_read_reaches_back_one_minute_before_the_last_successful_read()
    {
        var revoked = new RevokedTokens(1000);
        Assert.Equal(TimeSpan.FromSeconds(60), revoked.Within(1000));
        Assert.Equal(TimeSpan.FromSeconds(60 + 5), revoked.Within(6000)); // it did not answer for five seconds
        revoked.Read([], 6000);
        Assert.Equal(TimeSpan.FromSeconds(60.5), revoked.Within(6500));
    }

    [Fact]
    public void A_revoked_token_is_forgotten_when_no_opening_session_can_still_use_it()
    {
        var revoked = new RevokedTokens(0);
        revoked.Read([One], 1000);
        revoked.Read([], 61_000);
        Assert.True(revoked.Contains(One));
        revoked.Read([], 200_000);
        Assert.False(revoked.Contains(One));
    }
}
