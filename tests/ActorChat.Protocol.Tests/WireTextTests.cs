using ActorChat.Domain;

namespace ActorChat.Protocol.Tests;

public sealed class WireTextTests
{
    [Theory]
    [InlineData("")]
    [InlineData("plain")]
    [InlineData("é漢😀")]
    [InlineData("😀")]
    [InlineData("\u0001\u001b\ufffe\uffff")]
    public void Characters_can_be_stored(string text) => Assert.True(StorableText.IsStorable(text));

    public static TheoryData<char[]> Broken =>
    [
        ['\0'], ['a', '\0', 'b'], ['\ud83d'], ['\ude00'], ['\ud83d', 'a'], ['\ude00', '\ud83d'], ['\ud83d', '\ud83d', '\ude00'], ['\ud83d', '\ude00', '\ud83d'],
        ['\ud83d', '\ude00', '\0'],
    ];

    [Theory]
    [MemberData(nameof(Broken))]
    public void Halves_of_characters_and_NUL_cannot(char[] text) => Assert.False(StorableText.IsStorable(text));
}
