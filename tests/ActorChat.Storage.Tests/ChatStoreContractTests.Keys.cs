using ActorChat.Domain;

namespace ActorChat.Storage.Tests;

/// <content>A key belongs to one message forever.</content>
public abstract partial class ChatStoreContractTests
{
    [Promise("P2")]
    [SkippableFact]
    public async Task A_repeated_key_gets_the_seq_of_the_first_message()
    {
        var first = await Post("hello", "key-0000000000000001");
        await Post("between");
        Time.Advance(TimeSpan.FromDays(1));

        Assert.Equal(new MessageRepeated(first.Seq, first.At), await Commit(Command.Post("hello", "key-0000000000000001")));
        Assert.Equal(2, (await History()).Count);
    }

    [Promise("P2")]
    [SkippableFact]
    public async Task A_key_repeated_inside_one_commit_is_stored_once()
    {
        var outcomes = await CommitAll(
            Command.Post("hello", "key-0000000000000001"), Command.Post("hello", "key-0000000000000001"),
            Command.Post("other", "key-0000000000000001"), Command.Post("next"));

        Assert.Equal(new MessageRepeated(1, Time.GetUtcNow()), outcomes[1]);
        Assert.IsType<KeyReused>(outcomes[2]);
        Assert.Equal(2, Assert.IsType<MessageAppended>(outcomes[3]).Message.Seq);
    }

    [Promise("P2")]
    [SkippableFact]
    public async Task A_key_is_known_after_a_restart()
    {
        var first = await Post("hello", "key-0000000000000001");
        await RestartAsync();

        Assert.Equal(new MessageRepeated(first.Seq, first.At), await Commit(Command.Post("hello", "key-0000000000000001")));
    }

    [Promise("P2")]
    [SkippableFact]
    public async Task A_key_reused_for_another_text_is_refused()
    {
        await Post("hello", "key-0000000000000001");

        Assert.IsType<KeyReused>(await Commit(Command.Post("Hello", "key-0000000000000001")));
    }

    [Promise("P2")]
    [SkippableFact]
    public async Task Two_people_may_use_the_same_key()
    {
        await Post("hello", "key-0000000000000001", Command.Ann);
        await Post("hello", "key-0000000000000001", Command.Bob);

        Assert.Equal(2, (await History()).Count);
    }

    [SkippableFact]
    public async Task Messages_without_a_key_are_never_repeats()
    {
        await Post("hello");
        var keyless = new AppendMessage(ConversationId.Default, Command.Ann, MessageKind.System, "hello", Key: null);
        var outcomes = await CommitAll(keyless, keyless);

        Assert.Equal([2L, 3L], outcomes.Cast<MessageAppended>().Select(o => o.Message.Seq));
    }
}
