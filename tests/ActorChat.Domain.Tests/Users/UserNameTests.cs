namespace ActorChat.Domain.Tests;

public sealed class UserNameTests
{
    [Theory]
    [InlineData("ann")]
    [InlineData("Ann Lee")]
    [InlineData("José")]
    [InlineData("李雷")]
    [InlineData("O'Brien-Smith 2.")]
    [InlineData("👩")]
    [InlineData("❤\ufe0f")]
    [InlineData("12345678901234567890123456789012")]
    public void A_name_is_shown_as_typed(string typed) => Assert.Equal(typed, UserName.TryCreate(typed)?.Shown);

    [Fact]
    public void A_name_is_trimmed() => Assert.Equal("ann", UserName.TryCreate("  ann\t")?.Shown);

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("  ")]
    [InlineData("...")]
    [InlineData("\u200b")]
    [InlineData("a\u200db")]
    [InlineData("a\u202eb")]
    [InlineData("a\u2066b")]
    [InlineData("a\u00adb")]
    [InlineData("a\tb")]
    [InlineData("a\u2028b")]
    [InlineData("a\u00a0b")]
    [InlineData("a\0b")]
    [InlineData("\ue000")]
    [InlineData("\u3164")]
    [InlineData("\u2800")]
    [InlineData("\ufffd")]
    [InlineData("a\u034fb")]
    [InlineData("a\u180bb")]
    [InlineData("a\ufe00b")]
    [InlineData("a\U000e0100b")]
    [InlineData("\ufe0f")]
    [InlineData("a\u0301\u0301\u0301")]
    [InlineData("\u0301")]
    [InlineData("123456789012345678901234567890123")]
    public void An_invisible_or_misleading_name_is_invalid(string? typed) => Assert.Null(UserName.TryCreate(typed));

    [Fact]
    public void A_name_with_a_lone_surrogate_is_invalid() => Assert.Null(UserName.TryCreate("a\ud800"));

    [Theory]
    [InlineData("ann", "ANN")]
    [InlineData("ann", "Ａｎｎ")]
    [InlineData("pace", "расе")] // Cyrillic
    [InlineData("possum", "pοssum")] // Greek
    [InlineData("ann lee", "Ann  Lee")]
    [InlineData("José", "Jose\u0301")]
    [InlineData("fine", "ﬁne")]
    [InlineData("ann", "an\ufe0fn\ufe0e")]
    public void Names_that_look_alike_are_the_same_name(string one, string other) =>
        Assert.Equal(UserName.TryCreate(one)!.Folded, UserName.TryCreate(other)!.Folded);

    [Theory]
    [InlineData("ann", "anna")]
    [InlineData("annlee", "ann lee")]
    [InlineData("jose", "josé")]
    [InlineData("o1", "ol")]
    public void Names_that_look_different_are_different_names(string one, string other) =>
        Assert.NotEqual(UserName.TryCreate(one)!.Folded, UserName.TryCreate(other)!.Folded);

    [Theory]
    [InlineData("AIBot", true)]
    [InlineData("a1bot", true)]
    [InlineData("alBot", true)]
    [InlineData("АІBот", true)]
    [InlineData("System", true)]
    [InlineData("ADMIN", true)]
    [InlineData("m0derator", true)]
    [InlineData("bot", false)]
    [InlineData("systems", false)]
    public void Names_of_the_bot_the_system_and_administrators_are_reserved(string typed, bool reserved) =>
        Assert.Equal(reserved, UserName.TryCreate(typed)!.IsReserved);
}
