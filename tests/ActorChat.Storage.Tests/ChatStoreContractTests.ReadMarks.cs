using ActorChat.Domain;
using Xunit;

namespace ActorChat.Storage.Tests;

/// <content>How far each has read.</content>
public abstract partial class ChatStoreContractTests
{
    static readonly UserId Ann = Say.Ann.Id;

    static SaveReadPositions Marks(params (UserId User, string Conversation, long Seq)[] marks) =>
        new([.. marks.Select(m => new ReadPosition(m.User, new ConversationId(m.Conversation), m.Seq))]);

    async Task<long?> MarkOf(UserId user) => (await Store.ReadPositionsAsync(user, None)).TryGetValue(ConversationId.Default, out var seq) ? seq : null;

    [Fact]
    public async Task How_far_somebody_has_read_is_kept_for_each_user_and_conversation()
    {
        Assert.Empty(await Store.ReadPositionsAsync(Ann, None));
        Assert.IsType<CommandDone>(await Commit(Marks((Ann, "default", 3), (Say.Bob.Id, "default", 9), (Ann, "other", 1))));
        await RestartAsync();

        Assert.Equal(
            new Dictionary<ConversationId, long> { [ConversationId.Default] = 3, [new("other")] = 1 },
            await Store.ReadPositionsAsync(Ann, None));
        Assert.Equal(9, await MarkOf(Say.Bob.Id));
    }

    [Fact]
    public async Task A_read_mark_moves_forward_only()
    {
        await Commit(Marks((Ann, "default", 5)));
        await CommitAll(Marks((Ann, "default", 7), (Ann, "default", 6)), Marks((Ann, "default", 2)));
        Assert.Equal(7, await MarkOf(Ann));
    }

    [Fact]
    public async Task A_read_mark_takes_no_place_in_the_log()
    {
        await CommitAll(Say.Post("a"), Marks((Ann, "default", 1)), Say.Post("b"));
        Assert.Equal([1L, 2L], (await Log()).Select(e => e.Seq));
    }
}
