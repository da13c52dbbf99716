using ActorChat.Domain;
using ActorChat.Storage.Sqlite;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Logging.Abstractions;

namespace ActorChat.Storage.Tests.Sqlite;

/// <summary>How a store opens files of all kinds, and which it rejects.</summary>
public sealed class SqliteFileTests : IDisposable
{
    static readonly CancellationToken None = CancellationToken.None;

    readonly TemporaryDatabase database = new();

    public void Dispose() => database.Dispose();

    static async Task<string> RefusalOf(SqliteChatStore store)
    {
        var refused = await Assert.ThrowsAsync<StoreStartException>(() => store.OpenAsync(None));
        Assert.DoesNotContain('\n', refused.Message);
        return refused.Message;
    }

    [Fact]
    public async Task A_missing_folder_is_created()
    {
        var path = Path.Combine(database.Folder, "some", "where", "chat.db");
        await using (await database.OpenAsync(path)) Assert.True(File.Exists(path));
    }

    [Fact]
    public async Task After_a_stop_only_the_database_and_its_lock_file_are_left()
    {
        await using (var store = await database.OpenAsync()) await store.CommitAsync([Command.Post("hello")], None);

        Assert.Equal(["chat.db", "chat.db.lock"], Directory.GetFiles(database.Folder).Select(Path.GetFileName).Order());
        Assert.Equal(["hello"], database.Rows("SELECT text FROM messages"));
    }

    [Fact]
    public async Task A_second_server_on_the_same_file_is_rejected()
    {
        var link = Path.Combine(database.Folder, "link.db");
        await using (await database.OpenAsync())
        {
            File.CreateSymbolicLink(link, database.Path);
            Assert.Contains("in use by another ActorChat", await RefusalOf(database.Store()), StringComparison.Ordinal);
            Assert.Contains("in use by another ActorChat", await RefusalOf(TemporaryDatabase.StoreOn(link)), StringComparison.Ordinal);
        }
        await using (await database.OpenAsync()) Assert.True(File.Exists(database.Path + ".lock")); // the file alone does not lock anything
    }

    [Theory]
    [InlineData("SQLite format 3 it is not, and long enough to be looked at as a header of a database file of a hundred bytes.")]
    [InlineData("x")]
    public async Task A_file_that_is_no_database_is_rejected_and_unchanged(string content)
    {
        await File.WriteAllTextAsync(database.Path, content);

        Assert.Contains("not a SQLite database", await RefusalOf(database.Store()), StringComparison.Ordinal);
        Assert.Equal(content, await File.ReadAllTextAsync(database.Path));
    }

    [Fact]
    public async Task An_empty_file_becomes_a_new_database()
    {
        await File.WriteAllTextAsync(database.Path, "");
        await using var store = await database.OpenAsync();

        Assert.Empty(await TemporaryDatabase.TextsAsync(store));
    }

    [Theory]
    [InlineData("CREATE TABLE messages (id INTEGER)")]
    [InlineData("CREATE TABLE meta (key TEXT, value TEXT)")]
    public async Task A_database_of_another_program_is_rejected_by_its_tables(string tables)
    {
        database.Run(tables);

        Assert.Contains("another program", await RefusalOf(database.Store()), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_database_of_the_first_version_is_migrated_in_place()
    {
        database.Run(Migrations.Script("Sqlite", "0001.sql") + """
            INSERT INTO meta (key, value) VALUES ('schema', '1'), ('epoch', 'e1'), ('created_at', '2026-03-01T12:00:00.000Z'), ('keys_indexed_to', '0');
            INSERT INTO conversations VALUES ('default', '2026-03-01T12:00:00.000Z', '2026-03-01T12:00:00.000Z', 'General', 'public', 1);
            INSERT INTO users (user_id, username, name_key, created_at) VALUES ('u1', 'ann', 'ann', '2026-03-01T12:00:00.000Z');
            INSERT INTO sessions VALUES ('hash-1', 'u1', '2026-03-01T12:00:00.000Z', NULL);
            INSERT INTO messages (id, conversation_id, seq, sender_id, sender_name, text, message_type, created_at, key)
                VALUES (1, 'default', 1, 'u1', 'ann', 'before', 'user_message', '2026-03-01T12:00:00.000Z', 'key-0000000000000001');
            """);
        for (var start = 0; start < 2; start++)
        {
            await using var store = database.Store();
            Assert.Equal("e1", (await store.OpenAsync(None)).Epoch);
            Assert.Equal(["before"], await TemporaryDatabase.TextsAsync(store));
            var user = (await store.FindUserAsync(new TokenHash("hash-1"), None))!;
            Assert.Equal(start, (await store.ReadPositionsAsync(user.Id, None)).Count);
            var outcomes = await store.CommitAsync([new SaveReadPositions([new ReadPosition(user.Id, ConversationId.Default, 1)]),
                Command.Post("before", "key-0000000000000001", user.AsAuthor())], None);
            Assert.Equal([new CommandDone(), new MessageRepeated(1, new DateTimeOffset(2026, 3, 1, 12, 0, 0, TimeSpan.Zero))], outcomes);
        }
        Assert.Equal([$"{Migrations.Numbered("Sqlite").Keys.Max()}"], database.Rows("SELECT value FROM meta WHERE key = 'schema'"));
    }

    [Fact]
    public async Task A_database_of_a_newer_version_is_rejected()
    {
        await using (await database.OpenAsync()) { }
        database.Run("UPDATE meta SET value = '999' WHERE key = 'schema'");

        Assert.Contains("newer ActorChat", await RefusalOf(database.Store()), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_database_that_another_program_has_locked_is_rejected_in_time()
    {
        await using (await database.OpenAsync()) { }
        using var other = database.Connect();
        other.Execute("PRAGMA locking_mode = EXCLUSIVE; BEGIN EXCLUSIVE; UPDATE meta SET value = value");

        Assert.Contains("locked by another program", await RefusalOf(database.Store()), StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_impossible_folder_is_rejected()
    {
        await File.WriteAllTextAsync(Path.Combine(database.Folder, "file"), "");

        Assert.Contains("folder", await RefusalOf(TemporaryDatabase.StoreOn(Path.Combine(database.Folder, "file", "chat.db"))),
            StringComparison.Ordinal);
        Assert.Contains("cannot be opened", await RefusalOf(TemporaryDatabase.StoreOn(database.Folder)), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("Data Source=chat.db", "OFF", "Storage:Synchronous")]
    [InlineData("Data Source=chat.db", "", "Storage:Synchronous")]
    [InlineData("Host=localhost", "FULL", "Storage:ConnectionString")]
    [InlineData("nonsense", "FULL", "Storage:ConnectionString")]
    [InlineData("Data Source=:memory:", "FULL", "Storage:ConnectionString")]
    [InlineData("", "FULL", "Storage:ConnectionString")]
    public async Task A_wrong_setting_is_named_in_the_error(string connection, string synchronous, string setting)
    {
        var store = new SqliteChatStore(
            new StorageOptions { ConnectionString = connection, Synchronous = synchronous }, TimeProvider.System,
                NullLogger<SqliteChatStore>.Instance);

        Assert.Contains(setting, await RefusalOf(store), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Normal_synchronous_is_allowed()
    {
        var store = TemporaryDatabase.StoreOn(database.Path, "normal");
        await store.OpenAsync(None);
        await store.DisposeAsync();
    }
}
