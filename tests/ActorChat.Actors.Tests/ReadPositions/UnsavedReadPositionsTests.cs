using ActorChat.Actors.ReadPositions;
using ActorChat.Domain;

namespace ActorChat.Actors.Tests.ReadPositions;

public class UnsavedReadPositionsTests
{
    static readonly ConversationId Other = new("other");

    readonly UnsavedReadPositions unsaved = new(limit: 3);

    static ReadPosition Position(string user, long seq, ConversationId? conversation = null) =>
        new(new UserId(user), conversation ?? ConversationId.Default, seq);

    [Fact]
    public void Only_the_newest_position_of_a_user_is_kept()
    {
        for (var seq = 1; seq <= 1000; seq++) Assert.True(unsaved.Add(Position("ann", seq)));
        Assert.True(unsaved.Add(Position("ann", 7)));
        Assert.Equal([Position("ann", 1000)], unsaved.Take(10));
    }

    [Fact]
    public void A_position_that_moved_while_it_was_saved_is_still_unsaved()
    {
        unsaved.Add(Position("ann", 5));
        unsaved.Add(Position("bob", 5));
        var saving = unsaved.Take(10);
        unsaved.Add(Position("ann", 6));
        unsaved.Saved(saving);
        Assert.Equal([Position("ann", 6)], unsaved.Take(10));
        Assert.Equal(1, unsaved.Count);
    }

    [Promise("P6")]
    [Fact]
    public void A_full_queue_rejects_new_entries_but_moves_existing_ones()
    {
        Assert.True(unsaved.Add(Position("ann", 1)) && unsaved.Add(Position("ann", 1, Other)) && unsaved.Add(Position("bob", 1)));
        Assert.False(unsaved.Add(Position("cat", 1)));
        Assert.False(unsaved.Add(Position("bob", 1, Other)));
        Assert.True(unsaved.Add(Position("bob", 2)));
        unsaved.Saved(unsaved.Take(1));
        Assert.True(unsaved.Add(Position("cat", 1)));
    }

    [Fact]
    public void Positions_can_be_looked_up_by_user()
    {
        unsaved.Add(Position("ann", 3));
        unsaved.Add(Position("ann", 4, Other));
        Assert.Equal(new Dictionary<ConversationId, long> { [ConversationId.Default] = 3, [Other] = 4 },
            unsaved.Of(new UserId("ann")).ToDictionary());
        Assert.Empty(unsaved.Of(new UserId("bob")));
    }
}
