using ActorChat.Domain;
using Xunit;

namespace ActorChat.Storage.Tests;

/// <content>What the bot says, as it grows and ends.</content>
public abstract partial class ChatStoreContractTests
{
    [SkippableFact]
    public async Task An_answer_begins_running_and_ends_with_a_seq_of_its_own()
    {
        await Post("/AIBot why?");
        var begun = Assert.IsType<MessageAppended>(await Commit(Say.Answer("answer-to-0000001"))).Message;
        await Post("meanwhile");
        Time.Advance(TimeSpan.FromSeconds(3));
        var usage = new AnswerUsage(120, 30);
        var ended = Assert.IsType<AnswerAppended>(await Commit(Say.End(begun.Seq, "Because.", usage: usage))).Event;

        Assert.Equal(new AnswerEnded(ConversationId.Default, 4, Time.Now, 2, AnswerState.Done, "Because.", usage), ended);
        var log = await Log();
        Assert.Equal([1L, 2L, 3L, 4L], log.Select(e => e.Seq));
        Assert.Equal(new MessagePosted(begun), log[1]); // as it was posted, for ever
        Assert.Equal(ended, log[3]);
        var folded = (await History())[1];
        Assert.Equal(begun with { Text = "Because.", Answer = begun.Answer! with { State = AnswerState.Done, Usage = usage } }, folded);
    }

    [Promise("P9")]
    [SkippableFact]
    public async Task A_failed_answer_keeps_its_text_and_its_error()
    {
        await Commit(Say.Answer("answer-to-0000001"));
        var ended = Assert.IsType<AnswerAppended>(await Commit(Say.End(1, "So far", AnswerState.Failed, error: "the model is away"))).Event;

        Assert.Equal(ended, (await Log())[1]);
        var folded = (await History())[0];
        Assert.Equal("So far", folded.Text);
        Assert.Equal((AnswerState.Failed, "the model is away", null), (folded.Answer!.State, folded.Answer.Error, folded.Answer.Usage));
    }

    [Promise("P9")]
    [SkippableFact]
    public async Task An_answer_ends_once()
    {
        await Commit(Say.Answer("answer-to-0000001"));
        var outcomes = await CommitAll(Say.End(1, "first"), Say.End(1, "second", AnswerState.Stopped), Say.End(7, "none such"));

        Assert.IsType<AnswerAppended>(outcomes[0]);
        Assert.IsType<AnswerNotRunning>(outcomes[1]);
        Assert.IsType<AnswerNotRunning>(outcomes[2]);
        Assert.Equal("first", (await History())[0].Text);
        Assert.Equal(2, (await Log()).Count);
    }

    [SkippableFact]
    public async Task What_an_answer_has_said_so_far_is_in_the_history_and_not_in_the_log()
    {
        var begun = Assert.IsType<MessageAppended>(await Commit(Say.Answer("answer-to-0000001"))).Message;
        Assert.IsType<CommandDone>(await Commit(new SaveAnswerSoFar(ConversationId.Default, 1, "Once upon")));

        Assert.Equal("Once upon", (await History())[0].Text);
        Assert.Equal(AnswerState.Running, (await History())[0].Answer!.State);
        Assert.Equal([new MessagePosted(begun)], await Log());
    }

    [SkippableFact]
    public async Task What_comes_too_late_does_not_change_an_answer_that_has_ended()
    {
        await CommitAll(Say.Answer("answer-to-0000001"), Say.End(1, "The end."), new SaveAnswerSoFar(ConversationId.Default, 1, "Once upon"));

        Assert.Equal("The end.", (await History())[0].Text);
    }

    [Promise("P9")]
    [SkippableFact]
    public async Task A_question_is_answered_once_whatever_the_answers_say()
    {
        await Commit(Say.Answer("answer-to-0000001"));
        await Commit(Say.End(1, "an answer"));

        Assert.Equal(new MessageRepeated(1, Time.Now), await Commit(Say.Answer("answer-to-0000001") with { Text = "another" }));
    }

    [Promise("P7")]
    [SkippableFact]
    public async Task An_answer_that_was_running_when_the_server_ended_is_interrupted()
    {
        await CommitAll(Say.Post("?"), Say.Answer("answer-to-0000001"), Say.Answer("answer-to-0000002"), new SaveAnswerSoFar(ConversationId.Default, 2, "Once upon"));
        await Commit(Say.End(3, "done"));
        Time.Advance(TimeSpan.FromMinutes(1));
        await RestartAsync();

        var log = await Log();
        Assert.Equal(new AnswerEnded(ConversationId.Default, 5, Time.Now, 2, AnswerState.Interrupted, "Once upon"), log[^1]);
        Assert.Equal([1L, 2L, 3L, 4L, 5L], log.Select(e => e.Seq));
        Assert.IsType<AnswerNotRunning>(await Commit(Say.End(2, "too late")));
        await RestartAsync();
        Assert.Equal(5, (await Log()).Count);
    }
}
