using ActorChat.Domain;
using ActorChat.Storage.Postgres;
using ActorChat.Storage.Sqlite;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;

namespace ActorChat.Storage.Moving;

/// <summary>
/// Moves everything from the embedded store into an empty PostgreSQL: epoch, seqs, keys and sessions stay, so clients resume as if nothing had
/// been. It may be broken off and run again; the target counts only when every conversation has been compared with the source.
/// </summary>
public sealed class StoreMove(StorageOptions from, StorageOptions to, Action<string> report)
{
    const int Chunk = 20_000;

    static readonly MovedTable[] Small = [MovedTable.Users, MovedTable.Conversations, MovedTable.Participants, MovedTable.Sessions, MovedTable.Reads];
    static readonly MovedTable[] Logs = [MovedTable.Messages, MovedTable.Changes];

    /// <returns>How many messages and changes were moved.</returns>
    /// <exception cref="StoreStartException">One of the two cannot be used; the message is one line for the operator.</exception>
    public async Task<long> RunAsync(CancellationToken stop)
    {
        // Opening brings the file to the newest tables, the predecessor's too, closes what was running, and keeps servers off it.
        await using var source = new SqliteChatStore(from, TimeProvider.System, NullLogger<SqliteChatStore>.Instance);
        var epoch = (await source.OpenAsync(stop).ConfigureAwait(false)).Epoch;
        using var reading = new DatabaseFile(from).OpenForReading();
        var conversations = Conversations(reading);
        try
        {
            await using var pool = PostgresSource.Create(to, "move", connections: 2);
            await using var alone = await SchemaLock.TakeAsync(pool, stop).ConfigureAwait(false);
            await PrepareSessionAsync(alone.Connection, stop).ConfigureAwait(false);
            var target = new MoveTarget(alone.Connection);
            await target.PrepareAsync(epoch, conversations, NullLogger.Instance, stop).ConfigureAwait(false);
            await CopySmallAsync(alone.Connection, reading, target, conversations, stop).ConfigureAwait(false);
            foreach (var conversation in conversations)
                foreach (var table in Logs)
                    await CopyLogAsync(reading, target, table, conversation, stop).ConfigureAwait(false);
            foreach (var conversation in conversations)
                foreach (var table in Logs)
                    await CompareAsync(reading, target, table, conversation, stop).ConfigureAwait(false);
            await target.FinishAsync(epoch, conversations, stop).ConfigureAwait(false);
        }
        catch (Exception failure) when (PostgresErrors.IsOfTheWay(failure))
        {
            throw new StoreStartException($"The target failed: {PostgresErrors.Explain(failure)}. What was copied stays; run it again to go on.", failure);
        }
        return conversations.Sum(conversation => conversation.Head);
    }

    // What keeps a request from waiting would cut a copy of a million rows short.
    static async Task PrepareSessionAsync(NpgsqlConnection connection, CancellationToken stop)
    {
        await using var command = new NpgsqlCommand("SET statement_timeout = 0; SET idle_in_transaction_session_timeout = 0; SET timezone = 'UTC'", connection);
        await command.ExecuteNonQueryAsync(stop).ConfigureAwait(false);
    }

    static List<MovedConversation> Conversations(SqliteConnection reading)
    {
        var found = new List<MovedConversation>();
        var before = new long[PostgresSchema.Shards];
        using var rows = Query(reading, "SELECT conversation_id, head FROM conversations ORDER BY conversation_id");
        while (rows.Read())
        {
            var (id, head) = (rows.GetString(0), rows.GetInt64(1));
            var shard = PostgresSchema.ShardOf(new ConversationId(id));
            found.Add(new MovedConversation(id, head, shard, before[shard]));
            before[shard] += head;
        }
        return found;
    }

    static async Task CopySmallAsync(NpgsqlConnection connection, SqliteConnection reading, MoveTarget target, List<MovedConversation> conversations, CancellationToken stop)
    {
        await using var transaction = await connection.BeginTransactionAsync(stop).ConfigureAwait(false);
        foreach (var table in Enumerable.Reverse(Small)) await target.EmptyAsync(table, stop).ConfigureAwait(false);
        var shards = conversations.ToDictionary(c => c.Id, c => c.Shard);
        foreach (var table in Small)
        {
            using var rows = Query(reading, $"SELECT {table.Names} FROM {table.Name}");
            if (table == MovedTable.Conversations) await target.CopyAsync(table, rows, row => [shards[(string)row[0]!]], ", shard", long.MaxValue, stop).ConfigureAwait(false);
            else await target.CopyAsync(table, rows, _ => [], "", long.MaxValue, stop).ConfigureAwait(false);
        }
        await transaction.CommitAsync(stop).ConfigureAwait(false);
    }

    async Task CopyLogAsync(SqliteConnection reading, MoveTarget target, MovedTable table, MovedConversation conversation, CancellationToken stop)
    {
        var after = await target.CopiedToAsync(table, conversation, stop).ConfigureAwait(false);
        if (after > 0) report($"{conversation.Id}: {table.Name} go on after {after}");
        using var rows = Query(reading, $"SELECT {table.Names} FROM {table.Name} WHERE conversation_id = $1 AND seq > $2 ORDER BY seq", conversation.Id, after);
        long copied, all = 0;
        do
        {
            // seq is dense over both tables, so the place in the shard follows from it.
            copied = await target.CopyAsync(table, rows, row => [conversation.Shard, conversation.Before + (long)row[1]!], ", shard, pos", Chunk, stop).ConfigureAwait(false);
            all += copied;
            if (copied > 0) report($"{conversation.Id}: {all} {table.Name}");
        }
        while (copied == Chunk);
    }

    async Task CompareAsync(SqliteConnection reading, MoveTarget target, MovedTable table, MovedConversation conversation, CancellationToken stop)
    {
        using var digest = new LogDigest(table);
        using (var rows = Query(reading, $"SELECT {table.Names} FROM {table.Name} WHERE conversation_id = $1 ORDER BY seq", conversation.Id))
            while (rows.Read()) digest.Add(rows, (column, i) => column.Read(rows, i));
        var here = (digest.Rows, digest.Finish());
        var there = await target.DigestAsync(table, conversation, stop).ConfigureAwait(false);
        if (here != there)
            throw new StoreStartException($"The {table.Name} of {conversation.Id} are not the same on both sides ({here.Rows} rows here, {there.Rows} there). Empty the target and begin anew.");
        report($"{conversation.Id}: {there.Rows} {table.Name} compared, digest {there.Digest[..16]}");
    }

    static SqliteDataReader Query(SqliteConnection connection, string sql, params object[] values)
    {
        var command = connection.CreateCommand(); // not disposed here: that would close the reader; it ends with the connection
        command.CommandText = sql;
        for (var i = 0; i < values.Length; i++) command.Parameters.AddWithValue($"${i + 1}", values[i]);
        return command.ExecuteReader();
    }
}
