using ActorChat.Domain;
using ActorChat.Storage.Postgres;
using Npgsql;

namespace ActorChat.Storage.Tests.Postgres;

/// <summary>How a node reads the shared log: every entry, once, and in order.</summary>
public sealed class LogReadingTests : NodesOnOneDatabase
{
    [SkippableFact]
    public async Task A_node_reads_the_entries_of_others_once_and_unchanged()
    {
        var (one, two) = (await NodeAsync("one"), await NodeAsync("two"));
        await one.CommitAsync([Command.Post("first"), Command.Post("second"), Command.Answer("answer-0000000000001", 2)], None);
        await one.CommitAsync([Command.End(3, "It is so.", usage: new AnswerUsage(7, 8))], None);

        var read = await NewAsync(two);

        Assert.Equal(await one.ReadEventsAsync(ConversationId.Default, 1, 4, None), read);
        Assert.Equal(["first", "second", ""], read.OfType<MessagePosted>().Select(e => e.Message.Text));
        Assert.Equal("It is so.", Assert.IsType<AnswerEnded>(read[3]).Text);
        Assert.Empty(await NewAsync(two));
    }

    [SkippableFact]
    public async Task A_node_does_not_read_its_own_entries_unless_others_wrote_before_them()
    {
        var (one, two) = (await NodeAsync("one"), await NodeAsync("two"));
        await Commit(one, Command.Post("1 of one"));
        Assert.Empty(await NewAsync(one));

        await Commit(two, Command.Post("2 of two"));
        await Commit(one, Command.Post("3 of one"));

        Assert.Equal([2L, 3L], (await NewAsync(one)).Select(e => e.Seq));
        Assert.Equal([1L, 2L, 3L], (await NewAsync(two)).Select(e => e.Seq));
    }

    [SkippableFact]
    public async Task A_node_reads_its_own_entries_until_they_are_announced()
    {
        var one = await NodeAsync("one");
        await one.CommitAsync([Command.Post("on its way")], None);
        await one.CommitAsync([Command.Post("and another")], None);
        one.Announced();
        Assert.Equal([2L], (await NewAsync(one)).Select(e => e.Seq));
        one.Announced();
        Assert.Empty(await NewAsync(one));
    }

    [SkippableFact]
    public async Task A_long_log_is_read_in_several_calls()
    {
        var (one, two) = (await NodeAsync("one"), await NodeAsync("two"));
        await one.CommitAsync([.. Enumerable.Range(1, 25).Select(n => Command.Post($"text {n}"))], None);
        var parts = new List<NewEntries>();
        do parts.Add(await two.ReadNewAsync(10, None));
        while (parts[^1].More);
        Assert.Equal([10, 10, 5], parts.Select(p => p.Events.Count));
        Assert.Equal(Enumerable.Range(1, 25).Select(n => (long)n), parts.SelectMany(p => p.Events).Select(e => e.Seq));
    }

    [SkippableFact]
    public async Task All_shards_are_read_in_one_call_each_up_to_the_limit()
    {
        var (one, two) = (await NodeAsync("one"), await NodeAsync("two"));
        var side = new ConversationId("side");
        await PostgresServer.RunAsync(Database, """
            INSERT INTO conversations (conversation_id, created_at, updated_at, title, kind, shard)
            VALUES ('side', now(), '-infinity', 'Side', 'public', 5)
            """);
        var posts = Enumerable.Range(1, 12).Select(n => Command.Post($"text {n}"));
        var sidePosts = Enumerable.Range(1, 3).Select(n => Command.Post($"side {n}", to: side));
        await one.CommitAsync([.. posts, .. sidePosts], None);

        var (first, second) = (await two.ReadNewAsync(10, None), await two.ReadNewAsync(10, None));

        Assert.Equal((13, true), (first.Events.Count, first.More));
        Assert.Equal([1L, 2L, 3L], first.Events.Where(e => e.Conversation == side).Select(e => e.Seq));
        Assert.Equal([11L, 12L], second.Events.Select(e => e.Seq));
        Assert.False(second.More);
    }

    [SkippableFact]
    public async Task Entries_written_during_a_read_are_read_once_and_in_order()
    {
        const int Batches = 150;
        var (one, two, reader) = (await NodeAsync("one"), await NodeAsync("two"), await NodeAsync("reader"));
        var writing = Task.WhenAll(new[] { one, two }.Select(node => Task.Run(async () =>
        {
            for (var n = 0; n < Batches; n++) await PostgresStores.UntilStoredAsync(
                node, [Command.Post($"text {n}"), Command.Post($"and {n}")]);
        })));
        var read = new List<long>();
        for (var done = false; !done;)
        {
            var ended = writing.IsCompleted; // checked before the read: then an empty read proves that nothing is left
            var news = await reader.ReadNewAsync(7, None);
            read.AddRange(news.Events.Select(e => e.Seq));
            done = ended && news.Events.Count == 0;
        }
        await writing;

        Assert.Equal(Enumerable.Range(1, 4 * Batches).Select(n => (long)n), read);
    }

    [SkippableFact]
    public async Task A_missing_entry_stops_reading_with_an_error()
    {
        var (one, two) = (await NodeAsync("one"), await NodeAsync("two"));
        for (var n = 1; n <= 3; n++) await Commit(one, Command.Post($"text {n}"));
        await PostgresServer.RunAsync(Database, "DELETE FROM messages WHERE seq = 2");

        for (var attempt = 0; attempt < 2; attempt++)
        {
            var failure = await Assert.ThrowsAsync<InvalidOperationException>(() => NewAsync(two));
            Assert.Contains("holes", failure.Message, StringComparison.Ordinal);
        }
    }

    [SkippableFact]
    public async Task No_read_scans_the_whole_log()
    {
        const int Long = 100_000;
        await (await NodeAsync("first")).DisposeAsync(); // creates the tables
        await PostgresServer.RunAsync(Database, $"""
            INSERT INTO messages (conversation_id, seq, shard, pos, sender_id, sender_name, text, message_type, created_at)
            SELECT 'default', n, 0, n, 'u-ann', 'ann', 'text ' || n, 'user_message', now() FROM generate_series(1, {Long}) AS n;
            UPDATE conversations SET head = {Long}; UPDATE log_heads SET pos = {Long} WHERE shard = 0;
            """);
        await PostgresServer.RunAsync(Database, "ANALYZE");
        // The worst plan: the planner makes it without knowing the positions.
        var name = new NpgsqlConnectionStringBuilder(Database).Database;
        await PostgresServer.RunAsync(Database, $"ALTER DATABASE {name} SET plan_cache_mode = force_generic_plan");
        var before = await RowsScannedAsync();
        var (one, two) = (await NodeAsync("one"), await NodeAsync("two"));

        for (var n = 1; n <= 5; n++)
        {
            await Commit(one, Command.Post("one more"));
            Assert.Equal([(long)Long + n], (await NewAsync(two)).Select(e => e.Seq));
        }

        foreach (var node in new[] { one, two }) await node.DisposeAsync();
        Assert.InRange(await RowsScannedAsync() - before, 0, Long / 10);
    }

    // Waits until every session of the nodes has ended, because PostgreSQL publishes the statistics of a session when it ends.
    async Task<long> RowsScannedAsync()
    {
        await using var connection = await ConnectAsync();
        long? scanned = null;
        await Deadline.UntilAsync(async () =>
        {
            scanned = await connection.QueryAsync<long?>("""
                SELECT sum(seq_tup_read)::bigint FROM pg_stat_user_tables WHERE relname IN ('messages', 'changes')
                HAVING NOT EXISTS (SELECT 1 FROM pg_stat_activity WHERE datname = current_database() AND application_name LIKE 'actorchat%')
                """, None);
            return scanned is not null;
        }, Deadline.Usual, () => "A session of a node has not ended.");
        return scanned!.Value;
    }
}
