using ActorChat.Actors.ReadPositions;
using ActorChat.Domain;

namespace ActorChat.Actors.Tests.ReadPositions;

public class UnsavedReadPositionsTests
{
    static readonly ConversationId Other = new("other");

    readonly UnsavedReadPositions marks = new(limit: 3);

    static ReadPosition Mark(string user, long seq, ConversationId? conversation = null) => new(new UserId(user), conversation ?? ConversationId.Default, seq);

    [Fact]
    public void Of_many_marks_of_one_user_the_newest_is_left()
    {
        for (var seq = 1; seq <= 1000; seq++) Assert.True(marks.Add(Mark("ann", seq)));
        Assert.True(marks.Add(Mark("ann", 7)));
        Assert.Equal([Mark("ann", 1000)], marks.Take(10));
    }

    [Fact]
    public void What_moved_on_while_it_was_saved_is_still_unsaved()
    {
        marks.Add(Mark("ann", 5));
        marks.Add(Mark("bob", 5));
        var saving = marks.Take(10);
        marks.Add(Mark("ann", 6));
        marks.Saved(saving);
        Assert.Equal([Mark("ann", 6)], marks.Take(10));
        Assert.Equal(1, marks.Count);
    }

    [Promise("P6")]
    [Fact]
    public void One_too_many_is_not_taken_but_who_is_there_moves_on()
    {
        Assert.True(marks.Add(Mark("ann", 1)) && marks.Add(Mark("ann", 1, Other)) && marks.Add(Mark("bob", 1)));
        Assert.False(marks.Add(Mark("cat", 1)));
        Assert.False(marks.Add(Mark("bob", 1, Other)));
        Assert.True(marks.Add(Mark("bob", 2)));
        marks.Saved(marks.Take(1));
        Assert.True(marks.Add(Mark("cat", 1)));
    }

    [Fact]
    public void They_can_be_looked_up_by_user()
    {
        marks.Add(Mark("ann", 3));
        marks.Add(Mark("ann", 4, Other));
        Assert.Equal(new Dictionary<ConversationId, long> { [ConversationId.Default] = 3, [Other] = 4 }, marks.Of(new UserId("ann")).ToDictionary());
        Assert.Empty(marks.Of(new UserId("bob")));
    }
}
