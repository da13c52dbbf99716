using ActorChat.Domain;

namespace ActorChat.Storage.Tests;

/// <content>Claiming names, entering by name, and revoking tokens.</content>
public abstract partial class ChatStoreContractTests
{
    [SkippableFact]
    public async Task A_claim_creates_a_session_and_joins_the_default_conversation()
    {
        var user = Assert.IsType<UserEntered>(await Commit(Command.Claim("Ann", "hash-1"))).User;

        Assert.Equal(("Ann", "member"), (user.Name, user.Role));
        Assert.NotEqual("", user.Id.Value);
        Assert.Equal(user, await Store.FindUserAsync(new TokenHash("hash-1"), None));
        Assert.Null(await Store.FindUserAsync(new TokenHash("hash-2"), None));
        Assert.Equal(1, (await Store.LoadConversationAsync(ConversationId.Default, 1, 1, None))!.Members);
    }

    [SkippableFact]
    public async Task A_session_survives_a_restart()
    {
        var user = Assert.IsType<UserEntered>(await Commit(Command.Claim("Ann", "hash-1"))).User;
        await RestartAsync();

        Assert.Equal(user, await Store.FindUserAsync(new TokenHash("hash-1"), None));
    }

    [SkippableTheory]
    [InlineData("Ann")]
    [InlineData("ANN")]
    [InlineData("Ａｎｎ")]
    public async Task A_name_that_a_session_holds_is_taken_in_every_spelling(string variant)
    {
        await Commit(Command.Claim("Ann", "hash-1"));

        Assert.IsType<NameTaken>(await Commit(Command.Claim(variant, "hash-2")));
        Assert.IsType<NameTaken>(await Commit(Command.Enter(variant)));
        Assert.Null(await Store.FindUserAsync(new TokenHash("hash-2"), None));
    }

    [SkippableFact]
    public async Task Of_many_claims_of_a_name_in_one_commit_only_the_first_succeeds()
    {
        string[] variants = ["ann", "Ann", "ANN", "Ａnn", "aNN"];
        var claims = Enumerable.Range(0, 50).Select(StoreCommand (n) => Command.Claim(variants[n % variants.Length], "hash-" + n));

        var outcomes = await Store.CommitAsync([.. claims], None);

        Assert.Single(outcomes.OfType<UserEntered>());
        Assert.Equal(49, outcomes.OfType<NameTaken>().Count());
    }

    [SkippableFact]
    public async Task A_repeated_claim_gets_the_same_answer()
    {
        var first = await Commit(Command.Claim("Ann", "hash-1"));

        Assert.Equal(first, await Commit(Command.Claim("Ann", "hash-1")));
        Assert.IsType<CommandRefused>(await Commit(Command.Claim("Bob", "hash-1")));
    }

    [SkippableFact]
    public async Task A_name_that_no_session_holds_can_be_claimed()
    {
        var byName = Assert.IsType<UserEntered>(await Commit(Command.Enter("Ann"))).User;
        var claimed = Assert.IsType<UserEntered>(await Commit(Command.Claim("ann", "hash-1"))).User;

        Assert.Equal(byName, claimed);
        Assert.Equal(1, (await Store.LoadConversationAsync(ConversationId.Default, 1, 1, None))!.Members);
    }

    [SkippableFact]
    public async Task Entering_by_the_same_name_again_is_the_same_user()
    {
        var first = await Commit(Command.Enter("Ann"));

        Assert.Equal(first, await Commit(Command.Enter("ANN")));
        Assert.NotEqual(first, await Commit(Command.Enter("Bob")));
    }

    [SkippableTheory]
    [InlineData("AIBot")]
    [InlineData("aibot")]
    public async Task The_name_of_the_bot_is_taken(string name)
    {
        Assert.IsType<NameTaken>(await Commit(Command.Claim(name, "hash-1")));
        Assert.IsType<NameTaken>(await Commit(Command.Enter(name)));
    }

    [SkippableFact]
    public async Task A_name_that_cannot_be_stored_is_refused_and_its_neighbours_succeed()
    {
        var outcomes = await CommitAll(
            Command.Claim("Ann", "hash-1"), new ClaimName("x\0y", "xy", new TokenHash("hash-2")), Command.Claim("Bob", "hash-3"));

        Assert.IsType<UserEntered>(outcomes[0]);
        Assert.IsType<CommandRefused>(outcomes[1]);
        Assert.IsType<UserEntered>(outcomes[2]);
        Assert.Equal(2, (await Store.LoadConversationAsync(ConversationId.Default, 1, 1, None))!.Members);
    }

    [SkippableFact]
    public async Task A_revoked_token_belongs_to_nobody_and_its_name_can_be_claimed_again()
    {
        var user = Assert.IsType<UserEntered>(await Commit(Command.Claim("Ann", "hash-1"))).User;
        await Commit(Command.Claim("Bob", "hash-2"));
        Assert.Empty(await Store.ReadRevokedAsync(TimeSpan.FromHours(1), None));

        Assert.IsType<CommandDone>(await Commit(new RevokeToken(new TokenHash("hash-1"))));

        Assert.Null(await Store.FindUserAsync(new TokenHash("hash-1"), None));
        Assert.NotNull(await Store.FindUserAsync(new TokenHash("hash-2"), None));
        Assert.Equal([new TokenHash("hash-1")], await Store.ReadRevokedAsync(TimeSpan.FromHours(1), None));
        Assert.Equal(user, Assert.IsType<UserEntered>(await Commit(Command.Claim("Ann", "hash-3"))).User);
        Assert.IsType<CommandDone>(await Commit(new RevokeToken(new TokenHash("hash-1")))); // repeated, because its answer was lost
        Assert.Equal([new TokenHash("hash-1")], await Store.ReadRevokedAsync(TimeSpan.FromHours(1), None));
        Assert.Empty(await Store.ReadRevokedAsync(TimeSpan.FromHours(-1), None));
    }

    [SkippableFact]
    public async Task An_operator_can_sign_a_user_out_while_the_store_is_open()
    {
        await CommitAll(Command.Claim("Ann", "hash-1"), Command.Claim("Bob", "hash-2"), Command.Enter("Carl"));

        Assert.Equal(1, await UserSessions.EndAllAsync(Options, UserName.TryCreate("ANN")!, Time, None));
        Assert.Equal(0, await UserSessions.EndAllAsync(Options, UserName.TryCreate("Carl")!, Time, None));
        Assert.Null(await UserSessions.EndAllAsync(Options, UserName.TryCreate("Nobody")!, Time, None));

        Assert.Null(await Store.FindUserAsync(new TokenHash("hash-1"), None));
        Assert.NotNull(await Store.FindUserAsync(new TokenHash("hash-2"), None));
        Assert.IsType<UserEntered>(await Commit(Command.Claim("ann", "hash-3")));
    }
}
