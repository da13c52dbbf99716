using ActorChat.Domain;

namespace ActorChat.Storage.Tests;

/// <content>The log of a conversation.</content>
public abstract partial class ChatStoreContractTests
{
    [SkippableFact]
    public async Task A_new_store_has_the_default_conversation()
    {
        var general = await Store.LoadConversationAsync(ConversationId.Default, 10, 10, None);

        Assert.NotNull(general);
        Assert.Equal("General", general.Title);
        Assert.Equal(0, general.Head);
        Assert.Empty(general.Events);
        Assert.Empty(general.Messages);
        Assert.Equal(0, general.Members);
    }

    [SkippableFact]
    public async Task An_unknown_conversation_has_no_snapshot_events_or_messages()
    {
        var unknown = new ConversationId("unknown");

        Assert.Null(await Store.LoadConversationAsync(unknown, 10, 10, None));
        Assert.Empty(await Store.ReadEventsAsync(unknown, 1, 10, None));
        var page = await Store.ReadMessagesAsync(unknown, new HistoryRange(PageEdge.Before, 10, 10), None);
        Assert.Empty(page.Messages);
        Assert.Equal(0, page.AsOf);
    }

    [SkippableFact]
    public async Task A_message_is_read_back_as_it_was_posted()
    {
        var first = await Post("hello");
        var posted = Assert.IsType<MessageAppended>(
            await Commit(Command.Post("и тебе 👋", "key-0000000000000001", Command.Bob, replyTo: first.Seq))).Message;

        Assert.Equal(
            new Message(ConversationId.Default, 2, Command.Bob, MessageKind.User, "и тебе 👋", Time.GetUtcNow(), "key-0000000000000001", 1),
                posted);
        Assert.Equal([first, posted], await History());
        Assert.Equal([new MessagePosted(first), new MessagePosted(posted)], await Log());
    }

    [Promise("P3")]
    [SkippableFact]
    public async Task Seqs_are_dense_and_in_the_order_of_the_commands()
    {
        var outcomes = await CommitAll([.. Enumerable.Range(1, 50).Select(n => Command.Post("text " + n))]);
        await Post("one more");

        Assert.Equal(Enumerable.Range(1, 50).Select(n => (long)n), outcomes.Cast<MessageAppended>().Select(o => o.Message.Seq));
        Assert.Equal(Enumerable.Range(1, 51).Select(n => (long)n), (await Log()).Select(e => e.Seq));
    }

    [SkippableFact]
    public async Task Times_never_decrease()
    {
        var first = await Post("before");
        Time.AdjustTime(Time.GetUtcNow().AddHours(-1));
        var second = await Post("after the clock was set back");
        Time.Advance(TimeSpan.FromHours(2));
        var third = await Post("later");

        Assert.Equal(first.At, second.At);
        Assert.Equal(Time.GetUtcNow(), third.At);
    }

    [SkippableFact]
    public async Task Times_are_kept_to_the_millisecond()
    {
        Time.Advance(TimeSpan.FromTicks(1_234_567));
        var posted = await Post("now");

        Assert.Equal(new DateTimeOffset(2026, 3, 1, 12, 0, 0, 123, TimeSpan.Zero), posted.At);
        Assert.Equal(posted.At, (await History())[0].At);
    }

    [SkippableFact]
    public async Task A_message_to_an_unknown_conversation_is_refused_and_its_neighbours_succeed()
    {
        var outcomes = await CommitAll(Command.Post("a"), Command.Post("b", to: new ConversationId("unknown")), Command.Post("c"));

        Assert.IsType<CommandRefused>(outcomes[1]);
        Assert.Equal(["a", "c"], (await History()).Select(m => m.Text));
        Assert.Equal([1L, 2L], (await Log()).Select(e => e.Seq));
    }

    [SkippableTheory]
    [InlineData(0xd83d)] // half of a surrogate pair
    [InlineData(0xde00)]
    [InlineData(0)]
    public async Task A_text_that_cannot_be_stored_is_refused_and_its_neighbours_succeed(int character)
    {
        var text = $"before {(char)character} after";
        var outcomes = await CommitAll(Command.Post("a"), Command.Post(text), Command.Post("c", key: text), Command.Post("d"));

        Assert.IsType<CommandRefused>(outcomes[1]);
        Assert.IsType<CommandRefused>(outcomes[2]);
        Assert.Equal(["a", "d"], (await History()).Select(m => m.Text));
    }

    [SkippableTheory]
    [InlineData("")]
    [InlineData("'; DROP TABLE messages; --")]
    [InlineData("\u202e\uFEFF\u200d zero and bidi \r\n\t")]
    public async Task Every_other_text_is_stored_unchanged(string text)
    {
        await Post(text);

        Assert.Equal(text, (await History())[0].Text);
    }

    [SkippableFact]
    public async Task A_long_text_is_stored_unchanged()
    {
        var text = string.Concat(Enumerable.Repeat("длинно 🐘 ", 10_000));
        await Post(text);

        Assert.Equal(text, (await History())[0].Text);
    }
}
