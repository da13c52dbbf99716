using System.Text;

namespace ActorChat.Protocol.Tests;

public sealed class FrameBatchBuilderTests
{
    [Theory]
    [InlineData(0, new byte[] { 0x81, 0 })]
    [InlineData(1, new byte[] { 0x81, 1 })]
    [InlineData(125, new byte[] { 0x81, 125 })]
    [InlineData(126, new byte[] { 0x81, 126, 0, 126 })]
    [InlineData(127, new byte[] { 0x81, 126, 0, 127 })]
    [InlineData(65_535, new byte[] { 0x81, 126, 0xff, 0xff })]
    [InlineData(65_536, new byte[] { 0x81, 127, 0, 0, 0, 0, 0, 1, 0, 0 })]
    public void The_header_has_the_shortest_form_of_the_length(int length, byte[] header)
    {
        var text = Encoding.ASCII.GetBytes(new string('x', length));
        var builder = new FrameBatchBuilder();
        var where = builder.Add(text);
        var batch = builder.Build();
        Assert.Equal([.. header, .. text], batch.Bytes.ToArray());
        Assert.Equal(text, batch.Bytes[where].ToArray());
        Assert.Equal(1, batch.Count);
    }

    [Fact]
    public void A_batch_contains_its_frames_in_order_and_each_range_finds_its_text()
    {
        var builder = new FrameBatchBuilder();
        var texts = new[] { "{}", new string('y', 200), new string('z', 70_000), "" };
        var places = texts.Select(t => builder.Add(Encoding.ASCII.GetBytes(t))).ToArray();
        var batch = builder.Build();
        Assert.Equal(texts, BuiltFrames.Texts(batch));
        Assert.Equal(texts, places.Select(p => Encoding.ASCII.GetString(batch.Bytes[p].Span)));
    }

    [Fact]
    public void A_built_batch_does_not_change_when_the_builder_is_reused()
    {
        var builder = new FrameBatchBuilder();
        builder.Add("first"u8);
        var first = builder.Build();
        builder.Add("second"u8);
        var second = builder.Build(ephemeral: true);
        Assert.Equal(["first"], BuiltFrames.Texts(first));
        Assert.Equal(["second"], BuiltFrames.Texts(second));
        Assert.True(second.Ephemeral);
        Assert.Same(FrameBatch.Empty, builder.Build());
    }

    [Fact]
    public void Only_characters_that_JSON_requires_are_escaped()
    {
        var text = BuiltFrames.Text(json => json.WriteString("t"u8, "é 漢 <b> & ' + / \" \\ \n \u0001"));
        Assert.Equal("""{"t":"é 漢 <b> & ' + / \" \\ \n \u0001"}""", text);
    }
}
