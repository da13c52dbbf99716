namespace ActorChat.Domain.Tests;

public sealed class StorableTextTests
{
    [Theory]
    [InlineData("")]
    [InlineData("plain")]
    [InlineData("é漢😀")]
    [InlineData("😀")]
    [InlineData("\u0001\u001b\ufffe\uffff")]
    public void Valid_Unicode_without_NUL_can_be_stored(string text) => Assert.True(StorableText.IsStorable(text));

    public static TheoryData<char[]> Broken =>
    [
        ['\0'], ['a', '\0', 'b'], ['\ud83d'], ['\ude00'], ['\ud83d', 'a'], ['\ude00', '\ud83d'],
        ['\ud83d', '\ud83d', '\ude00'], ['\ud83d', '\ude00', '\ud83d'], ['\ud83d', '\ude00', '\0'],
    ];

    [Theory]
    [MemberData(nameof(Broken))]
    public void Lone_surrogates_and_NUL_cannot_be_stored(char[] text) => Assert.False(StorableText.IsStorable(text));
}
