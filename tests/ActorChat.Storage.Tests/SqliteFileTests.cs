using ActorChat.Domain;
using ActorChat.Storage.Sqlite;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Logging.Abstractions;
using Xunit;

namespace ActorChat.Storage.Tests;

/// <summary>How a store starts on files in all conditions.</summary>
public sealed class SqliteFileTests : IDisposable
{
    static readonly CancellationToken None = CancellationToken.None;

    readonly TemporaryDatabase _database = new();

    public void Dispose() => _database.Dispose();

    static SqliteChatStore StoreOn(string path, string synchronous = "FULL") => new(
        new StorageOptions { ConnectionString = $"Data Source={path}", Synchronous = synchronous }, TimeProvider.System, NullLogger<SqliteChatStore>.Instance);

    async Task<SqliteChatStore> OpenAsync(string? path = null)
    {
        var store = StoreOn(path ?? _database.Path);
        await store.OpenAsync(None);
        return store;
    }

    static async Task<List<string>> Texts(SqliteChatStore store) =>
        [.. (await store.ReadMessagesAsync(ConversationId.Default, new HistoryRange(PageEdge.Before, long.MaxValue, 100_000), None)).Messages.Select(m => m.Text)];

    async Task<string> RefusalOf(SqliteChatStore store)
    {
        var refused = await Assert.ThrowsAsync<StoreStartException>(() => store.OpenAsync(None));
        Assert.DoesNotContain('\n', refused.Message);
        return refused.Message;
    }

    /// <summary>What a power cut or kill -9 would have left at this moment.</summary>
    string CrashImage(string name)
    {
        var image = Path.Combine(Directory.CreateDirectory(Path.Combine(_database.Folder, name)).FullName, "chat.db");
        File.Copy(_database.Path, image);
        if (File.Exists(_database.Path + "-wal")) File.Copy(_database.Path + "-wal", image + "-wal");
        return image;
    }

    [Fact]
    public async Task The_folder_is_made_where_it_is_missing()
    {
        var path = Path.Combine(_database.Folder, "some", "where", "chat.db");
        await using (await OpenAsync(path)) Assert.True(File.Exists(path));
    }

    [Fact]
    public async Task Nothing_but_the_database_is_left_after_a_stop()
    {
        await using (var store = await OpenAsync()) await store.CommitAsync([Say.Post("hello")], None);

        Assert.Equal(["chat.db", "chat.db.lock"], Directory.GetFiles(_database.Folder).Select(Path.GetFileName).Order());
        Assert.Equal(["hello"], _database.Rows("SELECT text FROM messages"));
    }

    [Fact]
    public async Task A_second_server_on_the_same_file_is_refused()
    {
        var link = Path.Combine(_database.Folder, "link.db");
        await using (await OpenAsync())
        {
            File.CreateSymbolicLink(link, _database.Path);
            Assert.Contains("in use by another ActorChat", await RefusalOf(StoreOn(_database.Path)), StringComparison.Ordinal);
            Assert.Contains("in use by another ActorChat", await RefusalOf(StoreOn(link)), StringComparison.Ordinal);
        }
        await using (await OpenAsync()) Assert.True(File.Exists(_database.Path + ".lock")); // the file alone holds nothing
    }

    [Theory]
    [InlineData("SQLite format 3 it is not, and long enough to be looked at as a header of a database file of a hundred bytes.")]
    [InlineData("x")]
    public async Task What_is_not_a_database_is_refused_and_left_alone(string content)
    {
        await File.WriteAllTextAsync(_database.Path, content);

        Assert.Contains("not a SQLite database", await RefusalOf(StoreOn(_database.Path)), StringComparison.Ordinal);
        Assert.Equal(content, await File.ReadAllTextAsync(_database.Path));
    }

    [Fact]
    public async Task An_empty_file_is_a_new_database()
    {
        await File.WriteAllTextAsync(_database.Path, "");
        await using var store = await OpenAsync();

        Assert.Empty(await Texts(store));
    }

    [Theory]
    [InlineData("CREATE TABLE messages (id INTEGER)")]
    [InlineData("CREATE TABLE meta (key TEXT, value TEXT)")]
    public async Task Another_programs_database_is_refused(string tables)
    {
        _database.Run(tables);

        Assert.Contains("another program", await RefusalOf(StoreOn(_database.Path)), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_database_of_the_first_version_is_brought_up_to_date_in_place()
    {
        _database.Run(Migrations.Script("Sqlite", "0001.sql") + """
            INSERT INTO meta (key, value) VALUES ('schema', '1'), ('epoch', 'e1'), ('created_at', '2026-03-01T12:00:00.000Z'), ('keys_indexed_to', '0');
            INSERT INTO conversations VALUES ('default', '2026-03-01T12:00:00.000Z', '2026-03-01T12:00:00.000Z', 'General', 'public', 1);
            INSERT INTO users (user_id, username, name_key, created_at) VALUES ('u1', 'ann', 'ann', '2026-03-01T12:00:00.000Z');
            INSERT INTO sessions VALUES ('hash-1', 'u1', '2026-03-01T12:00:00.000Z', NULL);
            INSERT INTO messages (id, conversation_id, seq, sender_id, sender_name, text, message_type, created_at, key)
                VALUES (1, 'default', 1, 'u1', 'ann', 'before', 'user_message', '2026-03-01T12:00:00.000Z', 'key-0000000000000001');
            """);
        for (var start = 0; start < 2; start++)
        {
            await using var store = StoreOn(_database.Path);
            Assert.Equal("e1", (await store.OpenAsync(None)).Epoch);
            Assert.Equal(["before"], await Texts(store));
            var user = (await store.FindUserAsync(new TokenHash("hash-1"), None))!;
            Assert.Equal(start, (await store.ReadPositionsAsync(user.Id, None)).Count);
            var outcomes = await store.CommitAsync([new SaveReadPositions([new ReadPosition(user.Id, ConversationId.Default, 1)]), Say.Post("before", "key-0000000000000001", user.AsAuthor())], None);
            Assert.Equal([new CommandDone(), new MessageRepeated(1, new DateTimeOffset(2026, 3, 1, 12, 0, 0, TimeSpan.Zero))], outcomes);
        }
        Assert.Equal([$"{Migrations.Numbered("Sqlite").Keys.Max()}"], _database.Rows("SELECT value FROM meta WHERE key = 'schema'"));
    }

    [Fact]
    public async Task A_newer_versions_database_is_refused()
    {
        await using (await OpenAsync()) { }
        _database.Run("UPDATE meta SET value = '999' WHERE key = 'schema'");

        Assert.Contains("newer ActorChat", await RefusalOf(StoreOn(_database.Path)), StringComparison.Ordinal);
    }

    [Fact]
    public async Task One_that_another_program_holds_is_refused_in_time()
    {
        await using (await OpenAsync()) { }
        using var other = _database.Connect();
        other.Execute("PRAGMA locking_mode = EXCLUSIVE; BEGIN EXCLUSIVE; UPDATE meta SET value = value");

        Assert.Contains("locked by another program", await RefusalOf(StoreOn(_database.Path)), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_folder_that_cannot_be_is_refused()
    {
        await File.WriteAllTextAsync(Path.Combine(_database.Folder, "file"), "");

        Assert.Contains("folder", await RefusalOf(StoreOn(Path.Combine(_database.Folder, "file", "chat.db"))), StringComparison.Ordinal);
        Assert.Contains("cannot be opened", await RefusalOf(StoreOn(_database.Folder)), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("Data Source=chat.db", "OFF", "Storage:Synchronous")]
    [InlineData("Data Source=chat.db", "", "Storage:Synchronous")]
    [InlineData("Host=localhost", "FULL", "Storage:ConnectionString")]
    [InlineData("nonsense", "FULL", "Storage:ConnectionString")]
    [InlineData("Data Source=:memory:", "FULL", "Storage:ConnectionString")]
    [InlineData("", "FULL", "Storage:ConnectionString")]
    public async Task Wrong_settings_are_named(string connection, string synchronous, string setting)
    {
        var store = new SqliteChatStore(
            new StorageOptions { ConnectionString = connection, Synchronous = synchronous }, TimeProvider.System, NullLogger<SqliteChatStore>.Instance);

        Assert.Contains(setting, await RefusalOf(store), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Normal_synchronous_is_allowed()
    {
        var store = StoreOn(_database.Path, "normal");
        await store.OpenAsync(None);
        await store.DisposeAsync();
    }

    [Promise("P1")]
    [Fact]
    public async Task What_was_acknowledged_is_there_after_a_crash()
    {
        await using var store = await OpenAsync();
        for (var i = 0; i < 50; i++)
            await store.CommitAsync([Say.Post("a" + i, $"key-00000000000{i:d5}"), Say.Post("b" + i)], None);

        await using var again = await OpenAsync(CrashImage("crash"));

        Assert.Equal(await Texts(store), await Texts(again));
        var outcomes = await again.CommitAsync([Say.Post("a49", "key-0000000000000049"), Say.Post("other", "key-0000000000000000"), Say.Post("next")], None);
        Assert.Equal(99, Assert.IsType<MessageRepeated>(outcomes[0]).Seq);
        Assert.IsType<KeyReused>(outcomes[1]);
        Assert.Equal(101, Assert.IsType<MessageAppended>(outcomes[2]).Message.Seq);
    }

    [Promise("P7")]
    [Fact]
    public async Task A_torn_log_costs_only_what_was_torn()
    {
        await using var store = await OpenAsync();
        for (var i = 0; i < 30; i++) await store.CommitAsync([Say.Post("a" + i), Say.Post("b" + i)], None);
        var all = await Texts(store);
        var random = new Random(4711);
        for (var turn = 0; turn < 12; turn++)
        {
            var image = CrashImage("torn" + turn);
            using (var wal = new FileStream(image + "-wal", FileMode.Open))
            {
                var at = random.NextInt64(wal.Length);
                if (turn % 2 == 0)
                {
                    wal.SetLength(at);
                }
                else
                {
                    var garbage = new byte[100];
                    random.NextBytes(garbage);
                    wal.Position = at;
                    wal.Write(garbage);
                }
            }
            // Where the very first commits were torn, the file is a new one.
            await using var torn = await OpenAsync(image);
            var left = await Texts(torn);
            Assert.Equal(0, left.Count % 2); // commits are whole or not there
            Assert.Equal(all.Take(left.Count), left);
            Assert.Equal(left.Count + 1, Assert.IsType<MessageAppended>((await torn.CommitAsync([Say.Post("next")], None))[0]).Message.Seq);
        }
    }

    [Promise("P2")]
    [Fact]
    public async Task Keys_are_known_before_and_after_they_are_indexed_and_after_a_crash_in_between()
    {
        await using var store = await OpenAsync();
        for (var n = 0; n < 1_200; n += 100)
            await store.CommitAsync([.. Enumerable.Range(n, 100).Select(i => Say.Post("text " + i, $"key-00000000000{i:d5}"))], None);
        var deadline = DateTime.UtcNow.AddSeconds(20);
        while (_database.Rows("SELECT count(*) FROM message_keys")[0] == "0" && DateTime.UtcNow < deadline) await Task.Delay(20);
        Assert.NotEqual(["0"], _database.Rows("SELECT count(*) FROM message_keys"));
        await store.CommitAsync([Say.Post("text 1200", "key-0000000000001200")], None);

        await using var again = await OpenAsync(CrashImage("crash"));
        foreach (var one in (SqliteChatStore[])[store, again])
        {
            var repeats = await one.CommitAsync([.. Enumerable.Range(0, 1_201).Select(i => Say.Post("text " + i, $"key-00000000000{i:d5}"))], None);
            Assert.Equal(Enumerable.Range(1, 1_201).Select(n => (long)n), repeats.Cast<MessageRepeated>().Select(r => r.Seq));
        }
    }

    /// <summary>As somebody else's tool would have written them: rows, and no index of keys.</summary>
    void Fill(int messages) => _database.Run($"""
        WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < {messages})
        INSERT INTO messages (conversation_id, seq, sender_id, sender_name, text, message_type, created_at, key)
            SELECT 'default', i, 'u-ann', 'ann', 'text ' || i, 'user_message', '2026-01-01T00:00:00.000Z', printf('key-%013d', i) FROM n;
        UPDATE conversations SET head = {messages};
        """);

    [Fact]
    public async Task A_file_that_was_filled_by_other_means_gets_its_index_of_keys_before_it_is_used()
    {
        const int Messages = 60_000;
        await using (await OpenAsync()) { }
        Fill(Messages);
        _database.Run("UPDATE messages SET key = 'key-0000000000007' WHERE seq = 50000"); // a key twice belongs to its first message

        await using var store = await OpenAsync();

        Assert.Equal([$"{Messages - 1}"], _database.Rows("SELECT count(*) FROM message_keys"));
        Assert.Equal([$"{Messages}"], _database.Rows("SELECT value FROM meta WHERE key = 'keys_indexed_to'"));
        foreach (var i in (int[])[1, 7, 49_999, Messages])
            Assert.Equal(i, Assert.IsType<MessageRepeated>((await store.CommitAsync([Say.Post("text " + i, $"key-{i:d13}")], None))[0]).Seq);
        Assert.Equal(Messages + 1, Assert.IsType<MessageAppended>((await store.CommitAsync([Say.Post("new")], None))[0]).Message.Seq);
    }

    [Fact]
    public async Task A_file_without_a_word_about_its_index_of_keys_gets_one_too()
    {
        await using (await OpenAsync()) { }
        Fill(30_000);
        _database.Run("DELETE FROM meta WHERE key = 'keys_indexed_to'");
        await using var store = await OpenAsync();
        Assert.Equal(["30000"], _database.Rows("SELECT count(*) FROM message_keys"));
        Assert.Equal(3, Assert.IsType<MessageRepeated>((await store.CommitAsync([Say.Post("text 3", "key-0000000000003")], None))[0]).Seq);
    }
}
