using ActorChat.Domain;
using ActorChat.Storage.Postgres;
using ActorChat.Storage.Sqlite;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;

namespace ActorChat.Storage.Moving;

/// <summary>
/// Moves everything from SQLite into an empty PostgreSQL database: epoch, seqs, keys and sessions stay, so clients resume as if nothing had
/// happened. It may be interrupted and run again; no server uses the target before every conversation has been compared with the source.
/// </summary>
public sealed class StoreMove(StorageOptions from, StorageOptions to, TimeProvider time, Action<string> report)
{
    const int Chunk = 20_000;

    // The timeouts that keep a request short would interrupt the copy of a million rows.
    const string NoTimeouts = "SET statement_timeout = 0; SET idle_in_transaction_session_timeout = 0; SET timezone = 'UTC'";

    static readonly MovedTable[] Small =
        [MovedTable.Users, MovedTable.Conversations, MovedTable.Participants, MovedTable.Sessions, MovedTable.ReadPositions];
    static readonly MovedTable[] Logs = [MovedTable.Messages, MovedTable.Changes];

    /// <returns>The number of messages and changes that were moved.</returns>
    /// <exception cref="StoreStartException">One of the two databases cannot be used; the message is one line for the operator.</exception>
    public async Task<long> RunAsync(CancellationToken stop)
    {
        // Opening migrates the file (the predecessor's as well), ends running answers, and keeps servers from using the file.
        await using var source = new SqliteChatStore(from, time, NullLogger<SqliteChatStore>.Instance);
        var epoch = (await source.OpenAsync(stop)).Epoch;
        using var reading = new DatabaseFile(from).OpenForReading();
        var conversations = Conversations(reading);
        try
        {
            await using var pool = PostgresSource.Create(to, "move", connections: 2);
            await using var schemaLock = await SchemaLock.TakeAsync(pool, stop);
            await schemaLock.Connection.ExecuteAsync(NoTimeouts, stop);
            var target = new MoveTarget(schemaLock.Connection);
            await target.PrepareAsync(epoch, conversations, NullLogger.Instance, stop);
            await CopySmallAsync(schemaLock.Connection, reading, target, conversations, stop);
            foreach (var conversation in conversations)
                foreach (var table in Logs)
                    await CopyLogAsync(reading, target, table, conversation, stop);
            foreach (var conversation in conversations)
                foreach (var table in Logs)
                    await CompareAsync(reading, target, table, conversation, stop);
            await target.FinishAsync(epoch, conversations, stop);
        }
        catch (Exception failure) when (PostgresErrors.IsConnectionError(failure))
        {
            throw new StoreStartException(
                $"The target failed: {PostgresErrors.Explain(failure)}. The rows copied so far stay; run it again to continue.", failure);
        }
        return conversations.Sum(conversation => conversation.Head);
    }

    static List<MovedConversation> Conversations(SqliteConnection reading)
    {
        var found = new List<MovedConversation>();
        var before = new long[PostgresSchema.Shards];
        using var rows = reading.Rows("SELECT conversation_id, head FROM conversations ORDER BY conversation_id");
        while (rows.Read())
        {
            var (id, head) = (rows.GetString(0), rows.GetInt64(1));
            var shard = PostgresSchema.ShardOf(new ConversationId(id));
            found.Add(new MovedConversation(id, head, shard, before[shard]));
            before[shard] += head;
        }
        return found;
    }

    static async Task CopySmallAsync(
        NpgsqlConnection connection, SqliteConnection reading, MoveTarget target, List<MovedConversation> conversations,
        CancellationToken stop)
    {
        await using var transaction = await connection.BeginTransactionAsync(stop);
        foreach (var table in Enumerable.Reverse(Small)) await target.EmptyAsync(table, stop);
        var shards = conversations.ToDictionary(c => c.Id, c => c.Shard);
        foreach (var table in Small)
        {
            using var rows = reading.Rows($"SELECT {table.Names} FROM {table.Name}");
            if (table == MovedTable.Conversations)
                await target.CopyAsync(table, rows, ", shard", row => [shards[(string)row[0]!]], long.MaxValue, stop);
            else await target.CopyAsync(table, rows, "", _ => [], long.MaxValue, stop);
        }
        await transaction.CommitAsync(stop);
    }

    async Task CopyLogAsync(
        SqliteConnection reading, MoveTarget target, MovedTable table, MovedConversation conversation, CancellationToken stop)
    {
        var after = await target.CopiedToAsync(table, conversation, stop);
        if (after > 0) report($"{conversation.Id}: continuing {table.Name} after {after}");
        using var rows = reading.Rows(
            $"SELECT {table.Names} FROM {table.Name} WHERE conversation_id = $1 AND seq > $2 ORDER BY seq", conversation.Id, after);
        long copied, all = 0;
        do
        {
            // Seqs are dense over both tables, so the position in the shard follows from the seq.
            copied = await target.CopyAsync(
                table, rows, ", shard, pos", row => [conversation.Shard, conversation.Before + (long)row[1]!], Chunk, stop);
            all += copied;
            if (copied > 0) report($"{conversation.Id}: {all} {table.Name} copied");
        }
        while (copied == Chunk);
    }

    async Task CompareAsync(
        SqliteConnection reading, MoveTarget target, MovedTable table, MovedConversation conversation, CancellationToken stop)
    {
        using var digest = new TableDigest(table);
        using (var rows = reading.Rows($"SELECT {table.Names} FROM {table.Name} WHERE conversation_id = $1 ORDER BY seq", conversation.Id))
            while (rows.Read()) digest.Add((column, i) => column.Read(rows, i));
        var source = (digest.Rows, Digest: digest.Finish());
        var copy = await target.DigestAsync(table, conversation, stop);
        if (source != copy)
            throw new StoreStartException(
                $"The {table.Name} of {conversation.Id} differ: {source.Rows} rows in the source, {copy.Rows} in the target. "
                + "Empty the target and run it again.");
        report($"{conversation.Id}: {copy.Rows} {table.Name} compared, digest {copy.Digest[..16]}");
    }
}
