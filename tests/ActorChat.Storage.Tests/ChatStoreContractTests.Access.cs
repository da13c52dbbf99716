using ActorChat.Domain;
using Xunit;

namespace ActorChat.Storage.Tests;

/// <content>Who may come in, and as whom.</content>
public abstract partial class ChatStoreContractTests
{
    [SkippableFact]
    public async Task A_name_is_claimed_with_a_session_and_a_seat_in_the_default_conversation()
    {
        var user = Assert.IsType<UserEntered>(await Commit(Say.Claim("Ann", "hash-1"))).User;

        Assert.Equal(("Ann", "member"), (user.Name, user.Role));
        Assert.NotEqual("", user.Id.Value);
        Assert.Equal(user, await Store.FindUserAsync(new TokenHash("hash-1"), None));
        Assert.Null(await Store.FindUserAsync(new TokenHash("hash-2"), None));
        Assert.Equal(1, (await Store.LoadConversationAsync(ConversationId.Default, 1, 1, None))!.Members);
    }

    [SkippableFact]
    public async Task A_session_outlives_the_server()
    {
        var user = Assert.IsType<UserEntered>(await Commit(Say.Claim("Ann", "hash-1"))).User;
        await RestartAsync();

        Assert.Equal(user, await Store.FindUserAsync(new TokenHash("hash-1"), None));
    }

    [SkippableTheory]
    [InlineData("Ann")]
    [InlineData("ANN")]
    [InlineData("Ａｎｎ")]
    public async Task A_name_that_a_session_holds_is_taken_in_all_its_variants(string variant)
    {
        await Commit(Say.Claim("Ann", "hash-1"));

        Assert.IsType<NameTaken>(await Commit(Say.Claim(variant, "hash-2")));
        Assert.IsType<NameTaken>(await Commit(Say.Enter(variant)));
        Assert.Null(await Store.FindUserAsync(new TokenHash("hash-2"), None));
    }

    [SkippableFact]
    public async Task Of_many_claims_of_one_name_at_the_same_instant_one_wins()
    {
        string[] variants = ["ann", "Ann", "ANN", "Ａnn", "aNN"];
        var claims = Enumerable.Range(0, 50).Select(StoreCommand (n) => Say.Claim(variants[n % variants.Length], "hash-" + n));

        var outcomes = await Store.CommitAsync([.. claims], None);

        Assert.Single(outcomes.OfType<UserEntered>());
        Assert.Equal(49, outcomes.OfType<NameTaken>().Count());
    }

    [SkippableFact]
    public async Task The_same_claim_made_again_is_answered_the_same()
    {
        var first = await Commit(Say.Claim("Ann", "hash-1"));

        Assert.Equal(first, await Commit(Say.Claim("Ann", "hash-1")));
        Assert.IsType<CommandRefused>(await Commit(Say.Claim("Bob", "hash-1")));
    }

    [SkippableFact]
    public async Task A_name_that_no_session_holds_is_handed_over()
    {
        var byName = Assert.IsType<UserEntered>(await Commit(Say.Enter("Ann"))).User;
        var claimed = Assert.IsType<UserEntered>(await Commit(Say.Claim("ann", "hash-1"))).User;

        Assert.Equal(byName, claimed);
        Assert.Equal(1, (await Store.LoadConversationAsync(ConversationId.Default, 1, 1, None))!.Members);
    }

    [SkippableFact]
    public async Task Who_comes_in_by_name_again_is_the_same_user()
    {
        var first = await Commit(Say.Enter("Ann"));

        Assert.Equal(first, await Commit(Say.Enter("ANN")));
        Assert.NotEqual(first, await Commit(Say.Enter("Bob")));
    }

    [SkippableTheory]
    [InlineData("AIBot")]
    [InlineData("aibot")]
    public async Task Nobody_takes_the_name_of_the_bot(string name)
    {
        Assert.IsType<NameTaken>(await Commit(Say.Claim(name, "hash-1")));
        Assert.IsType<NameTaken>(await Commit(Say.Enter(name)));
    }

    [SkippableFact]
    public async Task A_name_that_cannot_be_stored_is_refused_and_its_neighbours_are_not()
    {
        var outcomes = await CommitAll(Say.Claim("Ann", "hash-1"), new ClaimName("x\0y", "xy", new TokenHash("hash-2")), Say.Claim("Bob", "hash-3"));

        Assert.IsType<UserEntered>(outcomes[0]);
        Assert.IsType<CommandRefused>(outcomes[1]);
        Assert.IsType<UserEntered>(outcomes[2]);
        Assert.Equal(2, (await Store.LoadConversationAsync(ConversationId.Default, 1, 1, None))!.Members);
    }

    [SkippableFact]
    public async Task A_token_that_is_revoked_is_nobodys_its_name_is_free_and_whoever_takes_it_is_the_same_user()
    {
        var user = Assert.IsType<UserEntered>(await Commit(Say.Claim("Ann", "hash-1"))).User;
        await Commit(Say.Claim("Bob", "hash-2"));
        Assert.Empty(await Store.ReadRevokedAsync(TimeSpan.FromHours(1), None));

        Assert.IsType<CommandDone>(await Commit(new RevokeToken(new TokenHash("hash-1"))));

        Assert.Null(await Store.FindUserAsync(new TokenHash("hash-1"), None));
        Assert.NotNull(await Store.FindUserAsync(new TokenHash("hash-2"), None));
        Assert.Equal([new TokenHash("hash-1")], await Store.ReadRevokedAsync(TimeSpan.FromHours(1), None));
        Assert.Equal(user, Assert.IsType<UserEntered>(await Commit(Say.Claim("Ann", "hash-3"))).User);
        Assert.IsType<CommandDone>(await Commit(new RevokeToken(new TokenHash("hash-1")))); // once more, after an answer that never arrived
        Assert.Equal([new TokenHash("hash-1")], await Store.ReadRevokedAsync(TimeSpan.FromHours(1), None));
        Assert.Empty(await Store.ReadRevokedAsync(TimeSpan.FromHours(-1), None));
    }

    [SkippableFact]
    public async Task An_operator_signs_somebody_out_beside_the_store_that_is_open()
    {
        await CommitAll(Say.Claim("Ann", "hash-1"), Say.Claim("Bob", "hash-2"), Say.Enter("Carl"));

        Assert.Equal(1, await UserSessions.EndAllAsync(Options, UserName.TryCreate("ANN")!, Time, None));
        Assert.Equal(0, await UserSessions.EndAllAsync(Options, UserName.TryCreate("Carl")!, Time, None));
        Assert.Null(await UserSessions.EndAllAsync(Options, UserName.TryCreate("Nobody")!, Time, None));

        Assert.Null(await Store.FindUserAsync(new TokenHash("hash-1"), None));
        Assert.NotNull(await Store.FindUserAsync(new TokenHash("hash-2"), None));
        Assert.IsType<UserEntered>(await Commit(Say.Claim("ann", "hash-3")));
    }
}
