using System.Diagnostics;
using ActorChat.Domain;
using Npgsql;
using Xunit;

namespace ActorChat.Storage.Tests;

/// <summary>How a node reads what all of them write: everything, once, in its order.</summary>
public sealed class LogReadingTests : SharedDatabase
{
    static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    [SkippableFact]
    public async Task A_node_reads_what_others_wrote_once_and_as_it_was_written()
    {
        var (one, two) = (await NodeAsync("one"), await NodeAsync("two"));
        await one.CommitAsync([Say.Post("first"), Say.Post("second"), Say.Answer("answer-0000000000001", 2)], None);
        await one.CommitAsync([Say.End(3, "It is so.", usage: new AnswerUsage(7, 8))], None);

        var read = await NewAsync(two);

        Assert.Equal(await one.ReadEventsAsync(ConversationId.Default, 1, 4, None), read);
        Assert.Equal(["first", "second", ""], read.OfType<MessagePosted>().Select(e => e.Message.Text));
        Assert.Equal("It is so.", Assert.IsType<AnswerEnded>(read[3]).Text);
        Assert.Empty(await NewAsync(two));
    }

    [SkippableFact]
    public async Task What_a_node_wrote_itself_it_need_not_read_unless_others_wrote_before_it()
    {
        var (one, two) = (await NodeAsync("one"), await NodeAsync("two"));
        await Commit(one, Say.Post("1 of one"));
        Assert.Empty(await NewAsync(one));

        await Commit(two, Say.Post("2 of two"));
        await Commit(one, Say.Post("3 of one"));

        Assert.Equal([2L, 3L], (await NewAsync(one)).Select(e => e.Seq));
        Assert.Equal([1L, 2L, 3L], (await NewAsync(two)).Select(e => e.Seq));
    }

    [SkippableFact]
    public async Task What_a_node_wrote_itself_is_read_as_long_as_it_has_not_been_told()
    {
        var one = await NodeAsync("one");
        await one.CommitAsync([Say.Post("on its way")], None);
        await one.CommitAsync([Say.Post("and another")], None);
        one.Announced();
        Assert.Equal([2L], (await NewAsync(one)).Select(e => e.Seq));
        one.Announced();
        Assert.Empty(await NewAsync(one));
    }

    [SkippableFact]
    public async Task A_long_log_is_read_in_parts()
    {
        var (one, two) = (await NodeAsync("one"), await NodeAsync("two"));
        await one.CommitAsync([.. Enumerable.Range(1, 25).Select(n => Say.Post($"text {n}"))], None);
        var parts = new List<NewEntries>();
        do parts.Add(await two.ReadNewAsync(10, None));
        while (parts[^1].More);
        Assert.Equal([10, 10, 5], parts.Select(p => p.Events.Count));
        Assert.Equal(Enumerable.Range(1, 25).Select(n => (long)n), parts.SelectMany(p => p.Events).Select(e => e.Seq));
    }

    [SkippableFact]
    public async Task Every_shard_is_read_at_once_and_each_up_to_its_own_bound()
    {
        var (one, two) = (await NodeAsync("one"), await NodeAsync("two"));
        var side = new ConversationId("side");
        await PostgresServer.RunAsync(Database, "INSERT INTO conversations (conversation_id, created_at, updated_at, title, kind, shard) VALUES ('side', now(), '-infinity', 'Side', 'public', 5)");
        await one.CommitAsync([.. Enumerable.Range(1, 12).Select(n => Say.Post($"text {n}")), .. Enumerable.Range(1, 3).Select(n => Say.Post($"aside {n}", to: side))], None);

        var (first, second) = (await two.ReadNewAsync(10, None), await two.ReadNewAsync(10, None));

        Assert.Equal((13, true), (first.Events.Count, first.More));
        Assert.Equal([1L, 2L, 3L], first.Events.Where(e => e.Conversation == side).Select(e => e.Seq));
        Assert.Equal([11L, 12L], second.Events.Select(e => e.Seq));
        Assert.False(second.More);
    }

    [SkippableFact]
    public async Task What_is_written_while_the_log_is_read_comes_once_and_in_its_order()
    {
        const int Batches = 150;
        var (one, two, reader) = (await NodeAsync("one"), await NodeAsync("two"), await NodeAsync("reader"));
        var writing = Task.WhenAll(new[] { one, two }.Select(node => Task.Run(async () =>
        {
            for (var n = 0; n < Batches; n++) await PostgresStores.UntilStoredAsync(node, [Say.Post($"text {n}"), Say.Post($"and {n}")]);
        })));
        var read = new List<long>();
        for (var done = false; !done;)
        {
            var ended = writing.IsCompleted; // before the reading begins: what it does not find then is not there
            var news = await reader.ReadNewAsync(7, None);
            read.AddRange(news.Events.Select(e => e.Seq));
            done = ended && news.Events.Count == 0;
        }
        await writing;

        Assert.Equal(Enumerable.Range(1, 4 * Batches).Select(n => (long)n), read);
    }

    [SkippableFact]
    public async Task An_entry_that_is_missing_in_the_log_is_not_passed_over()
    {
        var (one, two) = (await NodeAsync("one"), await NodeAsync("two"));
        for (var n = 1; n <= 3; n++) await Commit(one, Say.Post($"text {n}"));
        await PostgresServer.RunAsync(Database, "DELETE FROM messages WHERE seq = 2");

        Assert.Contains("holes", (await Assert.ThrowsAsync<InvalidOperationException>(() => NewAsync(two))).Message, StringComparison.Ordinal);
        Assert.Contains("holes", (await Assert.ThrowsAsync<InvalidOperationException>(() => NewAsync(two))).Message, StringComparison.Ordinal);
    }

    [SkippableFact]
    public async Task However_long_the_log_is_no_reading_goes_through_all_of_it()
    {
        const int Long = 100_000;
        await (await NodeAsync("first")).DisposeAsync(); // makes the tables
        await PostgresServer.RunAsync(Database, $"""
            INSERT INTO messages (conversation_id, seq, shard, pos, sender_id, sender_name, text, message_type, created_at)
            SELECT 'default', n, 0, n, 'u-ann', 'ann', 'text ' || n, 'user_message', now() FROM generate_series(1, {Long}) AS n;
            UPDATE conversations SET head = {Long}; UPDATE log_heads SET pos = {Long} WHERE shard = 0;
            """);
        await PostgresServer.RunAsync(Database, "ANALYZE");
        await PostgresServer.RunAsync(Database, $"ALTER DATABASE {new NpgsqlConnectionStringBuilder(Database).Database} SET plan_cache_mode = force_generic_plan"); // the worst: made without knowing the places
        var before = await ReadByScanningAsync();
        var (one, two) = (await NodeAsync("one"), await NodeAsync("two"));

        for (var n = 1; n <= 5; n++)
        {
            await Commit(one, Say.Post("one more"));
            Assert.Equal([(long)Long + n], (await NewAsync(two)).Select(e => e.Seq));
        }

        foreach (var node in new[] { one, two }) await node.DisposeAsync();
        Assert.InRange(await ReadByScanningAsync() - before, 0, Long / 10);
    }

    // When every session of the nodes has ended: what it has counted comes with its end.
    async Task<long> ReadByScanningAsync()
    {
        await using var connection = new NpgsqlConnection(Database + ";Pooling=false");
        await connection.OpenAsync();
        await using var ask = new NpgsqlCommand("""
            SELECT sum(seq_tup_read)::bigint FROM pg_stat_user_tables WHERE relname IN ('messages', 'changes')
            HAVING NOT EXISTS (SELECT 1 FROM pg_stat_activity WHERE datname = current_database() AND application_name LIKE 'actorchat%')
            """, connection);
        for (var since = Stopwatch.StartNew(); ; await Task.Delay(20))
        {
            if (await ask.ExecuteScalarAsync() is long read) return read;
            Assert.True(since.Elapsed < Patience, "Some session of a node has not ended.");
        }
    }
}
