using ActorChat.Domain;
using ActorChat.Storage.Sqlite;

namespace ActorChat.Storage.Tests.Sqlite;

/// <summary>What is left after a crash at any moment.</summary>
public sealed class SqliteCrashTests : IDisposable
{
    static readonly CancellationToken None = CancellationToken.None;

    readonly TemporaryDatabase database = new();

    public void Dispose() => database.Dispose();

    [Promise("P1")]
    [Fact]
    public async Task Acknowledged_messages_survive_a_crash()
    {
        await using var store = await database.OpenAsync();
        for (var i = 0; i < 50; i++)
            await store.CommitAsync([Command.Post("a" + i, $"key-00000000000{i:d5}"), Command.Post("b" + i)], None);

        await using var again = await database.OpenAsync(database.CrashImage("crash"));

        Assert.Equal(await TemporaryDatabase.TextsAsync(store), await TemporaryDatabase.TextsAsync(again));
        var outcomes = await again.CommitAsync(
            [Command.Post("a49", "key-0000000000000049"), Command.Post("other", "key-0000000000000000"), Command.Post("next")], None);
        Assert.Equal(99, Assert.IsType<MessageRepeated>(outcomes[0]).Seq);
        Assert.IsType<KeyReused>(outcomes[1]);
        Assert.Equal(101, Assert.IsType<MessageAppended>(outcomes[2]).Message.Seq);
    }

    [Promise("P7")]
    [Fact]
    public async Task A_damaged_write_ahead_log_loses_only_what_was_damaged()
    {
        await using var store = await database.OpenAsync();
        for (var i = 0; i < 30; i++) await store.CommitAsync([Command.Post("a" + i), Command.Post("b" + i)], None);
        var all = await TemporaryDatabase.TextsAsync(store);
        var random = new Random(4711);
        for (var turn = 0; turn < 12; turn++)
        {
            var image = database.CrashImage("damaged" + turn);
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
            // If the very first commits were damaged, the file is a new database.
            await using var damaged = await database.OpenAsync(image);
            var left = await TemporaryDatabase.TextsAsync(damaged);
            Assert.Equal(0, left.Count % 2); // a commit is complete or missing
            Assert.Equal(all.Take(left.Count), left);
            var next = (await damaged.CommitAsync([Command.Post("next")], None))[0];
            Assert.Equal(left.Count + 1, Assert.IsType<MessageAppended>(next).Message.Seq);
        }
    }
}
