using ActorChat.Actors.Persistence;
using ActorChat.Protocol;
using Xunit;

namespace ActorChat.Storage.Tests;

/// <summary>What every engine behind <see cref="IChatStore"/> promises. Derive from it and say how a store is made.</summary>
public abstract class ChatStoreContractTests : IAsyncLifetime
{
    protected static readonly CancellationToken None = CancellationToken.None;

    protected ManualTime Time { get; } = new();

    protected IChatStore Store { get; private set; } = null!;

    protected StoreIdentity Identity { get; private set; } = null!;

    /// <summary>A store on this test's own data; called again, one on the same data.</summary>
    protected abstract IChatStore Create();

    /// <summary>Makes ready what the store stands on, or skips the test where the machine has no such thing.</summary>
    protected virtual Task PrepareAsync() => Task.CompletedTask;

    public async Task InitializeAsync()
    {
        await PrepareAsync();
        await StartAsync();
    }

    async Task StartAsync()
    {
        Store = Create();
        Identity = await Store.OpenAsync(None);
    }

    public virtual async Task DisposeAsync()
    {
        if (Store is not null) await Store.DisposeAsync();
    }

    /// <summary>Ends the store as a stop of the server does and starts another.</summary>
    protected async Task RestartAsync()
    {
        await Store.DisposeAsync();
        await StartAsync();
    }

    protected async Task<StoreOutcome> Commit(StoreCommand command) => (await Store.CommitAsync([command], None))[0];

    protected Task<IReadOnlyList<StoreOutcome>> CommitAll(params StoreCommand[] commands) => Store.CommitAsync(commands, None);

    protected async Task<Message> Post(string text, string? key = null, Author? by = null) =>
        Assert.IsType<MessageAppended>(await Commit(Say.Post(text, key, by))).Message;

    protected Task<IReadOnlyList<LogEvent>> Log(long from = 1, long to = long.MaxValue) => Store.ReadEventsAsync(ConversationId.Default, from, to, None);

    protected Task<MessagePage> Page(PageEdge edge, long seq, int limit) =>
        Store.ReadMessagesAsync(ConversationId.Default, new PageOf(edge, seq, limit), None);

    protected async Task<IReadOnlyList<Message>> History() => (await Page(PageEdge.Before, long.MaxValue, 100_000)).Messages;

    // The log

    [SkippableFact]
    public async Task The_default_conversation_is_there_from_the_start()
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
    public async Task Nobody_knows_a_conversation_that_does_not_exist()
    {
        var elsewhere = new ConversationId("elsewhere");

        Assert.Null(await Store.LoadConversationAsync(elsewhere, 10, 10, None));
        Assert.Empty(await Store.ReadEventsAsync(elsewhere, 1, 10, None));
        var page = await Store.ReadMessagesAsync(elsewhere, new PageOf(PageEdge.Before, 10, 10), None);
        Assert.Empty(page.Messages);
        Assert.Equal(0, page.AsOf);
    }

    [SkippableFact]
    public async Task A_message_comes_back_as_it_was_posted()
    {
        var first = await Post("hello");
        var posted = Assert.IsType<MessageAppended>(await Commit(Say.Post("и тебе 👋", "key-0000000000000001", Say.Bob, replyTo: first.Seq))).Message;

        Assert.Equal(new Message(ConversationId.Default, 2, Say.Bob, MessageKind.User, "и тебе 👋", Time.Now, "key-0000000000000001", 1), posted);
        Assert.Equal([first, posted], await History());
        Assert.Equal([new MessagePosted(first), new MessagePosted(posted)], await Log());
    }

    [SkippableFact]
    public async Task Seqs_are_dense_and_in_the_order_of_the_commands()
    {
        var outcomes = await CommitAll([.. Enumerable.Range(1, 50).Select(n => Say.Post("text " + n))]);
        await Post("one more");

        Assert.Equal(Enumerable.Range(1, 50).Select(n => (long)n), outcomes.Cast<MessageAppended>().Select(o => o.Message.Seq));
        Assert.Equal(Enumerable.Range(1, 51).Select(n => (long)n), (await Log()).Select(e => e.Seq));
    }

    [SkippableFact]
    public async Task Times_never_go_back()
    {
        var first = await Post("before");
        Time.Advance(TimeSpan.FromHours(-1));
        var second = await Post("after the clock was set back");
        Time.Advance(TimeSpan.FromHours(2));
        var third = await Post("later");

        Assert.Equal(first.At, second.At);
        Assert.Equal(Time.Now, third.At);
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
    public async Task A_message_to_nowhere_is_refused_and_its_neighbours_are_not()
    {
        var outcomes = await CommitAll(Say.Post("a"), Say.Post("b", to: new ConversationId("elsewhere")), Say.Post("c"));

        Assert.IsType<CommandRefused>(outcomes[1]);
        Assert.Equal(["a", "c"], (await History()).Select(m => m.Text));
        Assert.Equal([1L, 2L], (await Log()).Select(e => e.Seq));
    }

    [SkippableTheory]
    [InlineData(0xd83d)] // half of a surrogate pair
    [InlineData(0xde00)]
    [InlineData(0)]
    public async Task A_text_that_cannot_be_stored_is_refused_and_its_neighbours_are_not(int character)
    {
        var text = $"before {(char)character} after";
        var outcomes = await CommitAll(Say.Post("a"), Say.Post(text), Say.Post("c", key: text), Say.Post("d"));

        Assert.IsType<CommandRefused>(outcomes[1]);
        Assert.IsType<CommandRefused>(outcomes[2]);
        Assert.Equal(["a", "d"], (await History()).Select(m => m.Text));
    }

    [SkippableTheory]
    [InlineData("")]
    [InlineData("'; DROP TABLE messages; --")]
    [InlineData("\u202e\uFEFF\u200d zero and bidi \r\n\t")]
    public async Task Every_other_text_is_kept_to_the_letter(string text)
    {
        await Post(text);

        Assert.Equal(text, (await History())[0].Text);
    }

    [SkippableFact]
    public async Task A_long_text_is_kept()
    {
        var text = string.Concat(Enumerable.Repeat("длинно 🐘 ", 10_000));
        await Post(text);

        Assert.Equal(text, (await History())[0].Text);
    }

    // Keys

    [SkippableFact]
    public async Task A_repeated_key_is_answered_with_the_first_seq()
    {
        var first = await Post("hello", "key-0000000000000001");
        await Post("between");
        Time.Advance(TimeSpan.FromDays(1));

        Assert.Equal(new MessageRepeated(first.Seq, first.At), await Commit(Say.Post("hello", "key-0000000000000001")));
        Assert.Equal(2, (await History()).Count);
    }

    [SkippableFact]
    public async Task A_key_repeated_inside_one_commit_is_stored_once()
    {
        var outcomes = await CommitAll(
            Say.Post("hello", "key-0000000000000001"), Say.Post("hello", "key-0000000000000001"), Say.Post("other", "key-0000000000000001"), Say.Post("next"));

        Assert.Equal(new MessageRepeated(1, Time.Now), outcomes[1]);
        Assert.IsType<KeyReused>(outcomes[2]);
        Assert.Equal(2, Assert.IsType<MessageAppended>(outcomes[3]).Message.Seq);
    }

    [SkippableFact]
    public async Task A_key_is_remembered_over_a_restart()
    {
        var first = await Post("hello", "key-0000000000000001");
        await RestartAsync();

        Assert.Equal(new MessageRepeated(first.Seq, first.At), await Commit(Say.Post("hello", "key-0000000000000001")));
    }

    [SkippableFact]
    public async Task A_key_used_for_another_text_is_refused()
    {
        await Post("hello", "key-0000000000000001");

        Assert.IsType<KeyReused>(await Commit(Say.Post("Hello", "key-0000000000000001")));
    }

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

    // Answers

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

    [SkippableFact]
    public async Task A_question_is_answered_once_whatever_the_answers_say()
    {
        await Commit(Say.Answer("answer-to-0000001"));
        await Commit(Say.End(1, "an answer"));

        Assert.Equal(new MessageRepeated(1, Time.Now), await Commit(Say.Answer("answer-to-0000001") with { Text = "another" }));
    }

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

    // Reading

    [SkippableFact]
    public async Task A_conversation_starts_with_its_newest_events_and_messages()
    {
        await CommitAll([.. Enumerable.Range(1, 20).Select(n => Say.Post("text " + n))]);
        await CommitAll(Say.Answer("answer-to-0000001"), Say.End(21, "answered"));
        await Commit(Say.Enter("ann"));

        var snapshot = (await Store.LoadConversationAsync(ConversationId.Default, events: 5, messages: 3, None))!;

        Assert.Equal(22, snapshot.Head);
        Assert.Equal([18L, 19L, 20L, 21L, 22L], snapshot.Events.Select(e => e.Seq));
        Assert.IsType<AnswerEnded>(snapshot.Events[^1]);
        Assert.Equal([19L, 20L, 21L], snapshot.Messages.Select(m => m.Seq));
        Assert.Equal("answered", snapshot.Messages[^1].Text);
        Assert.Equal(1, snapshot.Members);
    }

    [SkippableTheory]
    [InlineData(3, 5, new long[] { 3, 4, 5 })]
    [InlineData(-5, 2, new long[] { 1, 2 })]
    [InlineData(9, 100, new long[] { 9, 10 })]
    [InlineData(11, 20, new long[] { })]
    [InlineData(5, 3, new long[] { })]
    [InlineData(10, 10, new long[] { 10 })]
    public async Task Events_come_for_exactly_the_range_asked_for(long from, long to, long[] expected)
    {
        await CommitAll([.. Enumerable.Range(1, 10).Select(n => Say.Post("text " + n))]);

        Assert.Equal(expected, (await Log(from, to)).Select(e => e.Seq));
    }

    [SkippableTheory]
    [InlineData(PageEdge.Before, 5, 3, new long[] { 2, 3, 4 }, false, false)]
    [InlineData(PageEdge.Before, 4, 3, new long[] { 1, 2, 3 }, true, false)]
    [InlineData(PageEdge.Before, 1, 3, new long[] { }, true, false)]
    [InlineData(PageEdge.Before, long.MaxValue, 3, new long[] { 8, 9, 10 }, false, true)]
    [InlineData(PageEdge.Before, long.MaxValue, 10, new long[] { 1, 2, 3, 4, 5, 6, 7, 8, 9, 10 }, true, true)]
    [InlineData(PageEdge.After, 5, 3, new long[] { 6, 7, 8 }, false, false)]
    [InlineData(PageEdge.After, 7, 3, new long[] { 8, 9, 10 }, false, true)]
    [InlineData(PageEdge.After, 0, 2, new long[] { 1, 2 }, true, false)]
    [InlineData(PageEdge.After, 10, 2, new long[] { }, false, true)]
    [InlineData(PageEdge.Around, 5, 3, new long[] { 4, 5, 6 }, false, false)]
    [InlineData(PageEdge.Around, 5, 4, new long[] { 4, 5, 6, 7 }, false, false)]
    [InlineData(PageEdge.Around, 5, 1, new long[] { 5 }, false, false)]
    [InlineData(PageEdge.Around, 1, 3, new long[] { 1, 2, 3 }, true, false)]
    [InlineData(PageEdge.Around, 10, 3, new long[] { 8, 9, 10 }, false, true)]
    [InlineData(PageEdge.Around, long.MaxValue, 3, new long[] { 8, 9, 10 }, false, true)]
    public async Task Pages_of_history_are_cut_as_asked(PageEdge edge, long seq, int limit, long[] expected, bool atStart, bool atEnd)
    {
        await CommitAll([.. Enumerable.Range(1, 10).Select(n => Say.Post("text " + n))]);

        var page = await Page(edge, seq, limit);

        Assert.Equal(expected, page.Messages.Select(m => m.Seq));
        Assert.Equal((atStart, atEnd, 10L), (page.AtStart, page.AtEnd, page.AsOf));
    }

    [SkippableFact]
    public async Task A_page_of_an_empty_conversation_is_at_both_ends()
    {
        foreach (var edge in Enum.GetValues<PageEdge>())
        {
            var page = await Page(edge, 5, 10);
            Assert.Equal((0, true, true, 0L), (page.Messages.Count, page.AtStart, page.AtEnd, page.AsOf));
        }
    }

    [SkippableFact]
    public async Task The_newest_change_counts_for_a_page_though_it_is_no_message()
    {
        await CommitAll(Say.Post("?"), Say.Answer("answer-to-0000001"), Say.End(2, "!"));

        var page = await Page(PageEdge.Before, long.MaxValue, 10);

        Assert.Equal([1L, 2L], page.Messages.Select(m => m.Seq));
        Assert.True(page.AtEnd);
        Assert.Equal(3, page.AsOf);
    }

    [SkippableFact]
    public async Task Reads_go_on_while_commits_are_made()
    {
        using var stop = new CancellationTokenSource();
        var reading = Task.Run(async () =>
        {
            var heads = new List<long>();
            while (!stop.IsCancellationRequested || heads.Count == 0)
            {
                var snapshot = (await Store.LoadConversationAsync(ConversationId.Default, 20, 20, None))!;
                Assert.Equal(snapshot.Head, snapshot.Events.Count == 0 ? 0 : snapshot.Events[^1].Seq);
                Assert.Equal(snapshot.Head, snapshot.Messages.Count == 0 ? 0 : snapshot.Messages[^1].Seq);
                heads.Add(snapshot.Head);
            }
            return heads;
        });
        for (var i = 0; i < 200; i++) await CommitAll(Say.Post("a"), Say.Post("b"));
        await stop.CancelAsync();

        var seen = await reading;
        Assert.Equal(seen.Order(), seen);
        Assert.Equal(400, (await Store.LoadConversationAsync(ConversationId.Default, 1, 1, None))!.Head);
    }

    // Names and sessions

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

    /// <summary>Where this test's data is, as an operator names it.</summary>
    protected abstract StorageOptions Options { get; }

    [SkippableFact]
    public async Task An_operator_signs_somebody_out_beside_the_store_that_is_open()
    {
        await CommitAll(Say.Claim("Ann", "hash-1"), Say.Claim("Bob", "hash-2"), Say.Enter("Carl"));

        Assert.Equal(1, await UserSessions.EndAllAsync(Options, UserName.TryCreate("ANN")!, None));
        Assert.Equal(0, await UserSessions.EndAllAsync(Options, UserName.TryCreate("Carl")!, None));
        Assert.Null(await UserSessions.EndAllAsync(Options, UserName.TryCreate("Nobody")!, None));

        Assert.Null(await Store.FindUserAsync(new TokenHash("hash-1"), None));
        Assert.NotNull(await Store.FindUserAsync(new TokenHash("hash-2"), None));
        Assert.IsType<UserEntered>(await Commit(Say.Claim("ann", "hash-3")));
    }

    // Read marks

    static readonly UserId Ann = Say.Ann.Id;

    static SaveReadMarks Marks(params (UserId User, string Conversation, long Seq)[] marks) =>
        new([.. marks.Select(m => new ReadMark(m.User, new ConversationId(m.Conversation), m.Seq))]);

    async Task<long?> MarkOf(UserId user) => (await Store.ReadMarksAsync(user, None)).TryGetValue(ConversationId.Default, out var seq) ? seq : null;

    [Fact]
    public async Task How_far_somebody_has_read_is_kept_for_each_user_and_conversation()
    {
        Assert.Empty(await Store.ReadMarksAsync(Ann, None));
        Assert.IsType<CommandDone>(await Commit(Marks((Ann, "default", 3), (Say.Bob.Id, "default", 9), (Ann, "other", 1))));
        await RestartAsync();

        Assert.Equal(
            new Dictionary<ConversationId, long> { [ConversationId.Default] = 3, [new("other")] = 1 },
            await Store.ReadMarksAsync(Ann, None));
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

    // The store

    [SkippableFact]
    public async Task The_epoch_stays_as_long_as_the_data()
    {
        var before = Identity;
        await RestartAsync();

        Assert.NotEqual("", before.Epoch);
        Assert.Equal(before, Identity);
    }

    [SkippableFact]
    public async Task A_probe_and_an_empty_batch_leave_no_trace()
    {
        Assert.IsType<CommandDone>(await Commit(new ProbeWrite()));
        Assert.IsType<CommandDone>(await Commit(new ProbeWrite()));
        Assert.Empty(await CommitAll());

        Assert.Empty(await Log());
    }

    [SkippableFact]
    public async Task Commands_of_every_kind_share_a_commit()
    {
        var outcomes = await CommitAll(
            Say.Enter("Ann"), Say.Post("/AIBot ?"), Say.Answer("answer-to-0000001"), new SaveAnswerSoFar(ConversationId.Default, 2, "…"),
            Say.Post("nowhere", to: new ConversationId("elsewhere")), Say.End(2, "!"), new ProbeWrite(), Say.Claim("Bob", "hash-1"));

        Assert.Equal(
            [typeof(UserEntered), typeof(MessageAppended), typeof(MessageAppended), typeof(CommandDone), typeof(CommandRefused), typeof(AnswerAppended), typeof(CommandDone), typeof(UserEntered)],
            outcomes.Select(o => o.GetType()));
        Assert.Equal([1L, 2L, 3L], (await Log()).Select(e => e.Seq));
    }

    [SkippableFact]
    public async Task A_closed_store_is_unavailable()
    {
        await Store.DisposeAsync();

        await Assert.ThrowsAsync<StoreUnavailableException>(() => Commit(new ProbeWrite()));
        await Assert.ThrowsAsync<StoreUnavailableException>(() => Log());
    }
}
