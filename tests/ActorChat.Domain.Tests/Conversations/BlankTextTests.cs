namespace ActorChat.Domain.Tests.Conversations;

public sealed class BlankTextTests
{
    [Theory]
    [InlineData("")]
    [InlineData(" \t\r\n\v\f\u0085\u00a0\u1680\u2003\u2028\u2029\u202f\u205f\u3000")]
    [InlineData("\u200b\u200c\u200d\u2060\ufeff\u00ad")]
    [InlineData("\u202a\u202e\u2066\u2069\u061c\u200e\u200f")]
    [InlineData("\u115f\u1160\u3164\uffa0\u2800")]
    [InlineData("\u034f\u17b4\u17b5\u180b\u180e\ufe00\ufe0f\u2065\ufff0")]
    [InlineData("\U000e0001\U000e0041\U000e0100\U0001d159\U0001d173")]
    [InlineData("\u0001\u001b\u007f\u0080")]
    public void What_shows_nothing_is_blank(string text) => Assert.True(BlankText.IsBlank(text));

    [Theory]
    [InlineData(".")]
    [InlineData("\u200ba\u200b")]
    [InlineData("👍")]
    [InlineData("❤\ufe0f")]
    [InlineData("\u0301")] // a mark without a letter is drawn on a dotted circle
    [InlineData("\u0600")]
    [InlineData("漢")]
    [InlineData("ー")]
    [InlineData("\ufffd")]
    [InlineData("\U0001f1e9")]
    public void What_shows_something_is_not(string text) => Assert.False(BlankText.IsBlank(text));
}
