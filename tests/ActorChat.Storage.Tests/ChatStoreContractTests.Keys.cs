using ActorChat.Domain;
using Xunit;

namespace ActorChat.Storage.Tests;

/// <content>A key is one message, for ever.</content>
public abstract partial class ChatStoreContractTests
{
    [Promise("P2")]
    [SkippableFact]
    public async Task A_repeated_key_is_answered_with_the_first_seq()
    {
        var first = await Post("hello", "key-0000000000000001");
        await Post("between");
        Time.Advance(TimeSpan.FromDays(1));

        Assert.Equal(new MessageRepeated(first.Seq, first.At), await Commit(Say.Post("hello", "key-0000000000000001")));
        Assert.Equal(2, (await History()).Count);
    }

    [Promise("P2")]
    [SkippableFact]
    public async Task A_key_repeated_inside_one_commit_is_stored_once()
    {
        var outcomes = await CommitAll(
            Say.Post("hello", "key-0000000000000001"), Say.Post("hello", "key-0000000000000001"), Say.Post("other", "key-0000000000000001"), Say.Post("next"));

        Assert.Equal(new MessageRepeated(1, Time.Now), outcomes[1]);
        Assert.IsType<KeyReused>(outcomes[2]);
        Assert.Equal(2, Assert.IsType<MessageAppended>(outcomes[3]).Message.Seq);
    }

    [Promise("P2")]
    [SkippableFact]
    public async Task A_key_is_remembered_over_a_restart()
    {
        var first = await Post("hello", "key-0000000000000001");
        await RestartAsync();

        Assert.Equal(new MessageRepeated(first.Seq, first.At), await Commit(Say.Post("hello", "key-0000000000000001")));
    }

    [Promise("P2")]
    [SkippableFact]
    public async Task A_key_used_for_another_text_is_refused()
    {
        await Post("hello", "key-0000000000000001");

        Assert.IsType<KeyReused>(await Commit(Say.Post("Hello", "key-0000000000000001")));
    }

    [Promise("P2")]
    [SkippableFact]
    public async Task Two_people_may_use_the_same_key()
    {
        await Post("hello", "key-0000000000000001", Say.Ann);
        await Post("hello", "key-0000000000000001", Say.Bob);

        Assert.Equal(2, (await History()).Count);
    }

    [SkippableFact]
    public async Task Messages_without_a_key_are_never_repeats()
    {
        await Post("hello");
        var keyless = new AppendMessage(ConversationId.Default, Say.Ann, MessageKind.System, "hello", Key: null);
        var outcomes = await CommitAll(keyless, keyless);

        Assert.Equal([2L, 3L], outcomes.Cast<MessageAppended>().Select(o => o.Message.Seq));
    }
}
