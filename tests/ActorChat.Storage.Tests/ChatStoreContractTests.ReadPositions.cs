using ActorChat.Domain;

namespace ActorChat.Storage.Tests;

/// <content>Read positions.</content>
public abstract partial class ChatStoreContractTests
{
    static readonly UserId Ann = Command.Ann.Id;

    static SaveReadPositions Save(params (UserId User, string Conversation, long Seq)[] positions) =>
        new([.. positions.Select(p => new ReadPosition(p.User, new ConversationId(p.Conversation), p.Seq))]);

    async Task<long?> PositionOf(UserId user) =>
        (await Store.ReadPositionsAsync(user, None)).TryGetValue(ConversationId.Default, out var seq) ? seq : null;

    [SkippableFact]
    public async Task Read_positions_are_stored_for_each_user_and_conversation()
    {
        Assert.Empty(await Store.ReadPositionsAsync(Ann, None));
        Assert.IsType<CommandDone>(await Commit(Save((Ann, "default", 3), (Command.Bob.Id, "default", 9), (Ann, "other", 1))));
        await RestartAsync();

        Assert.Equal(
            new Dictionary<ConversationId, long> { [ConversationId.Default] = 3, [new("other")] = 1 },
            await Store.ReadPositionsAsync(Ann, None));
        Assert.Equal(9, await PositionOf(Command.Bob.Id));
    }

    [SkippableFact]
    public async Task A_read_position_only_moves_forward()
    {
        await Commit(Save((Ann, "default", 5)));
        await CommitAll(Save((Ann, "default", 7), (Ann, "default", 6)), Save((Ann, "default", 2)));
        Assert.Equal(7, await PositionOf(Ann));
    }

    [SkippableFact]
    public async Task A_read_position_takes_no_seq()
    {
        await CommitAll(Command.Post("a"), Save((Ann, "default", 1)), Command.Post("b"));
        Assert.Equal([1L, 2L], (await Log()).Select(e => e.Seq));
    }
}
