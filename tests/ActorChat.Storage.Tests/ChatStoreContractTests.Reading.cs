using ActorChat.Domain;

namespace ActorChat.Storage.Tests;

/// <content>Snapshots, ranges of the log, and pages of history.</content>
public abstract partial class ChatStoreContractTests
{
    [SkippableFact]
    public async Task A_snapshot_has_the_newest_events_and_messages()
    {
        await CommitAll([.. Enumerable.Range(1, 20).Select(n => Command.Post("text " + n))]);
        await CommitAll(Command.Answer("answer-to-0000001"), Command.End(21, "answered"));
        await Commit(Command.Enter("ann"));

        var snapshot = (await Store.LoadConversationAsync(ConversationId.Default, events: 5, messages: 3, None))!;

        Assert.Equal(22, snapshot.Head);
        Assert.Equal([18L, 19L, 20L, 21L, 22L], snapshot.Events.Select(e => e.Seq));
        Assert.IsType<AnswerEnded>(snapshot.Events[^1]);
        Assert.Equal([19L, 20L, 21L], snapshot.Messages.Select(m => m.Seq));
        Assert.Equal("answered", snapshot.Messages[^1].Text);
        Assert.Equal(1, snapshot.Members);
        Assert.Equal(ReadNow, snapshot.At, TimeSpan.FromMinutes(1));
    }

    [SkippableTheory]
    [InlineData(3, 5, new long[] { 3, 4, 5 })]
    [InlineData(-5, 2, new long[] { 1, 2 })]
    [InlineData(9, 100, new long[] { 9, 10 })]
    [InlineData(11, 20, new long[] { })]
    [InlineData(5, 3, new long[] { })]
    [InlineData(10, 10, new long[] { 10 })]
    public async Task Events_are_read_for_exactly_the_requested_range(long from, long to, long[] expected)
    {
        await CommitAll([.. Enumerable.Range(1, 10).Select(n => Command.Post("text " + n))]);

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
    public async Task A_page_of_history_has_the_requested_messages(
        PageEdge edge, long seq, int limit, long[] expected, bool atStart, bool atEnd)
    {
        await CommitAll([.. Enumerable.Range(1, 10).Select(n => Command.Post("text " + n))]);

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
    public async Task A_page_is_as_of_the_newest_change()
    {
        await CommitAll(Command.Post("?"), Command.Answer("answer-to-0000001"), Command.End(2, "!"));

        var page = await Page(PageEdge.Before, long.MaxValue, 10);

        Assert.Equal([1L, 2L], page.Messages.Select(m => m.Seq));
        Assert.True(page.AtEnd);
        Assert.Equal(3, page.AsOf);
    }

    [SkippableFact]
    public async Task Reads_continue_during_commits_and_are_consistent()
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
        for (var i = 0; i < 200; i++) await CommitAll(Command.Post("a"), Command.Post("b"));
        await stop.CancelAsync();

        var seen = await reading;
        Assert.Equal(seen.Order(), seen);
        Assert.Equal(400, (await Store.LoadConversationAsync(ConversationId.Default, 1, 1, None))!.Head);
    }
}
