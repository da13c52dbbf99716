using System.Text;
using ActorChat.Actors.Agents;
using ActorChat.Domain;
using FsCheck;
using FsCheck.Fluent;

namespace ActorChat.Actors.Tests.Agents;

public class AnswerTextTests
{
    [Fact]
    public void The_joined_pieces_are_the_whole_text_and_no_piece_ends_inside_a_character()
    {
        var pieces = Gen.Elements('a', ' ', '\uD83D', '\uDE00', 'é', '\0').ListOf().Select(chars => new string([.. chars])).ListOf();
        Prop.ForAll(pieces.ToArbitrary(), chunks =>
        {
            var text = new AnswerText(10_000);
            var joined = new StringBuilder();
            foreach (var chunk in chunks)
            {
                text.Append(chunk);
                if (text.TakeNew() is not var (offset, piece)) continue;
                if (offset != joined.Length || !StorableText.IsStorable(piece)) return false;
                joined.Append(piece);
            }
            return joined.ToString() == text.Text;
        }).QuickCheckThrowOnFailure();
    }

    [Fact]
    public void An_emoji_that_arrives_in_two_halves_is_published_whole()
    {
        var text = new AnswerText(100);
        text.Append("x\uD83D");
        Assert.Equal((0, "x"), text.TakeNew());
        text.Append("\uDE00y");
        Assert.Equal((1, "😀y"), text.TakeNew());
        Assert.Null(text.TakeNew());
    }

    [Fact]
    public void The_text_stops_at_its_length_limit()
    {
        var text = new AnswerText(10);
        for (var i = 0; i < 100; i++) text.Append("abc");
        Assert.True(text.IsFull);
        Assert.InRange(text.Text.Length, 1, 10);
    }
}
