using ActorChat.Domain;

namespace ActorChat.Storage.Tests;

/// <content>Answers of the bot: their beginning, growth and end.</content>
public abstract partial class ChatStoreContractTests
{
    [SkippableFact]
    public async Task An_answer_begins_as_running_and_its_end_has_its_own_seq()
    {
        await Post("/AIBot why?");
        var begun = Assert.IsType<MessageAppended>(await Commit(Command.Answer("answer-to-0000001"))).Message;
        await Post("meanwhile");
        Time.Advance(TimeSpan.FromSeconds(3));
        var usage = new AnswerUsage(120, 30);
        var ended = Assert.IsType<AnswerAppended>(await Commit(Command.End(begun.Seq, "Because.", usage: usage))).Event;

        Assert.Equal(new AnswerEnded(ConversationId.Default, 4, Time.GetUtcNow(), 2, AnswerState.Done, "Because.", usage), ended);
        var log = await Log();
        Assert.Equal([1L, 2L, 3L, 4L], log.Select(e => e.Seq));
        Assert.Equal(new MessagePosted(begun), log[1]); // the log keeps it as it was posted
        Assert.Equal(ended, log[3]);
        var folded = (await History())[1];
        Assert.Equal(begun with { Text = "Because.", Answer = begun.Answer! with { State = AnswerState.Done, Usage = usage } }, folded);
    }

    [Promise("P9")]
    [SkippableFact]
    public async Task A_failed_answer_keeps_its_text_and_its_error()
    {
        await Commit(Command.Answer("answer-to-0000001"));
        var ended = Assert.IsType<AnswerAppended>(
            await Commit(Command.End(1, "So far", AnswerState.Failed, error: "the model is away"))).Event;

        Assert.Equal(ended, (await Log())[1]);
        var folded = (await History())[0];
        Assert.Equal("So far", folded.Text);
        Assert.Equal((AnswerState.Failed, "the model is away", null), (folded.Answer!.State, folded.Answer.Error, folded.Answer.Usage));
    }

    [Promise("P9")]
    [SkippableFact]
    public async Task An_answer_ends_only_once()
    {
        await Commit(Command.Answer("answer-to-0000001"));
        var outcomes = await CommitAll(Command.End(1, "first"), Command.End(1, "second", AnswerState.Stopped), Command.End(7, "none such"));

        Assert.IsType<AnswerAppended>(outcomes[0]);
        Assert.IsType<AnswerNotRunning>(outcomes[1]);
        Assert.IsType<AnswerNotRunning>(outcomes[2]);
        Assert.Equal("first", (await History())[0].Text);
        Assert.Equal(2, (await Log()).Count);
    }

    [SkippableFact]
    public async Task The_text_of_a_running_answer_is_in_the_history_but_not_in_the_log()
    {
        var begun = Assert.IsType<MessageAppended>(await Commit(Command.Answer("answer-to-0000001"))).Message;
        Assert.IsType<CommandDone>(await Commit(new SaveAnswerSoFar(ConversationId.Default, 1, "Once upon")));

        Assert.Equal("Once upon", (await History())[0].Text);
        Assert.Equal(AnswerState.Running, (await History())[0].Answer!.State);
        Assert.Equal([new MessagePosted(begun)], await Log());
    }

    [SkippableFact]
    public async Task Text_saved_after_the_end_does_not_change_an_answer()
    {
        await CommitAll(
            Command.Answer("answer-to-0000001"), Command.End(1, "The end."), new SaveAnswerSoFar(ConversationId.Default, 1, "Once upon"));

        Assert.Equal("The end.", (await History())[0].Text);
    }

    [Promise("P9")]
    [SkippableFact]
    public async Task A_question_has_one_answer_even_if_a_second_has_another_text()
    {
        await Commit(Command.Answer("answer-to-0000001"));
        await Commit(Command.End(1, "an answer"));

        Assert.Equal(new MessageRepeated(1, Time.GetUtcNow()), await Commit(Command.Answer("answer-to-0000001") with { Text = "another" }));
    }

    [Promise("P7")]
    [SkippableFact]
    public async Task An_answer_that_was_running_at_a_restart_is_interrupted()
    {
        await CommitAll(
            Command.Post("?"), Command.Answer("answer-to-0000001"), Command.Answer("answer-to-0000002"),
                new SaveAnswerSoFar(ConversationId.Default, 2, "Once upon"));
        await Commit(Command.End(3, "done"));
        Time.Advance(TimeSpan.FromMinutes(1));
        await RestartAsync();

        var log = await Log();
        Assert.Equal(new AnswerEnded(ConversationId.Default, 5, Time.GetUtcNow(), 2, AnswerState.Interrupted, "Once upon"), log[^1]);
        Assert.Equal([1L, 2L, 3L, 4L, 5L], log.Select(e => e.Seq));
        Assert.IsType<AnswerNotRunning>(await Commit(Command.End(2, "too late")));
        await RestartAsync();
        Assert.Equal(5, (await Log()).Count);
    }
}
