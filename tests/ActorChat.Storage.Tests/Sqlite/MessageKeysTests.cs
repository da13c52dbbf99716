using ActorChat.Domain;
using ActorChat.Storage.Sqlite;

namespace ActorChat.Storage.Tests.Sqlite;

/// <summary>How keys are found: in memory, in the index, and in files that other tools have filled.</summary>
public sealed class MessageKeysTests : IDisposable
{
    static readonly CancellationToken None = CancellationToken.None;

    readonly TemporaryDatabase database = new();

    public void Dispose() => database.Dispose();

    /// <summary>Inserts messages as another tool would: without the index of keys.</summary>
    void Fill(int messages) => database.Run($"""
        WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < {messages})
        INSERT INTO messages (conversation_id, seq, sender_id, sender_name, text, message_type, created_at, key)
            SELECT 'default', i, 'u-ann', 'ann', 'text ' || i, 'user_message', '2026-01-01T00:00:00.000Z', printf('key-%013d', i) FROM n;
        UPDATE conversations SET head = {messages};
        """);

    [Promise("P2")]
    [Fact]
    public async Task Keys_are_known_before_and_after_indexing_and_after_a_crash_in_between()
    {
        await using var store = await database.OpenAsync();
        for (var n = 0; n < 1_200; n += 100)
            await store.CommitAsync([.. Enumerable.Range(n, 100).Select(i => Command.Post("text " + i, $"key-00000000000{i:d5}"))], None);
        await Deadline.UntilAsync(() => database.Rows("SELECT count(*) FROM message_keys")[0] != "0", "The keys are not indexed.");
        await store.CommitAsync([Command.Post("text 1200", "key-0000000000001200")], None);

        await using var again = await database.OpenAsync(database.CrashImage("crash"));
        foreach (var one in (SqliteChatStore[])[store, again])
        {
            var repeats = await one.CommitAsync(
                [.. Enumerable.Range(0, 1_201).Select(i => Command.Post("text " + i, $"key-00000000000{i:d5}"))], None);
            Assert.Equal(Enumerable.Range(1, 1_201).Select(n => (long)n), repeats.Cast<MessageRepeated>().Select(r => r.Seq));
        }
    }

    [Fact]
    public async Task A_file_that_another_tool_has_filled_gets_its_key_index_before_it_is_used()
    {
        const int Messages = 60_000;
        await using (await database.OpenAsync()) { }
        Fill(Messages);
        // A key that is there twice belongs to its first message.
        database.Run("UPDATE messages SET key = 'key-0000000000007' WHERE seq = 50000");

        await using var store = await database.OpenAsync();

        Assert.Equal([$"{Messages - 1}"], database.Rows("SELECT count(*) FROM message_keys"));
        Assert.Equal([$"{Messages}"], database.Rows("SELECT value FROM meta WHERE key = 'keys_indexed_to'"));
        foreach (var i in (int[])[1, 7, 49_999, Messages])
            Assert.Equal(i, Assert.IsType<MessageRepeated>((await store.CommitAsync(
                [Command.Post("text " + i, $"key-{i:d13}")], None))[0]).Seq);
        Assert.Equal(Messages + 1, Assert.IsType<MessageAppended>((await store.CommitAsync([Command.Post("new")], None))[0]).Message.Seq);
    }

    [Fact]
    public async Task A_file_that_does_not_record_its_key_index_gets_one()
    {
        await using (await database.OpenAsync()) { }
        Fill(30_000);
        database.Run("DELETE FROM meta WHERE key = 'keys_indexed_to'");
        await using var store = await database.OpenAsync();
        Assert.Equal(["30000"], database.Rows("SELECT count(*) FROM message_keys"));
        Assert.Equal(3, Assert.IsType<MessageRepeated>((await store.CommitAsync(
            [Command.Post("text 3", "key-0000000000003")], None))[0]).Seq);
    }
}
