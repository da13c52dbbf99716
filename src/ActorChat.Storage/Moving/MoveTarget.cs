using System.Globalization;
using ActorChat.Domain;
using ActorChat.Storage.Postgres;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Logging;
using Npgsql;
using NpgsqlTypes;

namespace ActorChat.Storage.Moving;

/// <summary>
/// The PostgreSQL side of a move. As long as the table <c>meta</c> has the row <c>moving_from</c>, no server starts on the database.
/// </summary>
internal sealed class MoveTarget(NpgsqlConnection connection)
{
    const string HasRows = "SELECT EXISTS (SELECT 1 FROM messages) OR EXISTS (SELECT 1 FROM sessions) OR (SELECT count(*) FROM users) > 1";

    /// <summary>Creates the tables, and checks that they are empty or hold an earlier, unfinished move of the same log.</summary>
    /// <exception cref="StoreStartException">They hold anything else.</exception>
    public async Task PrepareAsync(string epoch, IReadOnlyList<MovedConversation> conversations, ILogger log, CancellationToken stop)
    {
        await new PostgresSchema(connection, log).PrepareAsync(stop, moving: true);
        if (await NodeLease.IsAnyNodeAliveAsync(connection, stop))
            throw new StoreStartException(
                "A server is using the target database, or was within the last ten seconds. Stop all servers, then run it again.");
        var source = Fingerprint(epoch, conversations);
        if (await connection.QueryAsync<string>("SELECT value FROM meta WHERE key = 'moving_from'", stop) is { } former)
        {
            if (former == source) return;
            throw new StoreStartException(
                "The target has part of another log, or of this log before it changed. Empty the target and run it again.");
        }
        if (await connection.QueryAsync<bool>(HasRows, stop))
            throw new StoreStartException("The target is not empty. A log can only be moved into an empty database.");
        await connection.ExecuteAsync(
            $"DELETE FROM conversations; DELETE FROM users; INSERT INTO meta (key, value) VALUES ('moving_from', '{source}')", stop);
    }

    // Positions in a shard are computed from the heads, so an unfinished move cannot be resumed after the source has grown.
    static string Fingerprint(string epoch, IReadOnlyList<MovedConversation> conversations) =>
        string.Create(CultureInfo.InvariantCulture, $"{epoch} {conversations.Count} {conversations.Sum(c => c.Head)}");

    public Task EmptyAsync(MovedTable table, CancellationToken stop) => connection.ExecuteAsync($"DELETE FROM {table.Name}", stop);

    /// <summary>Copies rows into a table.</summary>
    /// <param name="extraNames">The columns that only PostgreSQL has, each with a comma in front.</param>
    /// <param name="extra">Their values for a row.</param>
    /// <returns>The number of rows copied, at most <paramref name="most"/>.</returns>
    public async Task<long> CopyAsync(
        MovedTable table, SqliteDataReader rows, string extraNames, Func<object?[], IEnumerable<object>> extra, long most,
        CancellationToken stop)
    {
        var copied = 0L;
        var values = new object?[table.Columns.Length];
        await using var into = await connection.BeginBinaryImportAsync(
            $"COPY {table.Name} ({table.Names}{extraNames}) FROM STDIN (FORMAT BINARY)", stop);
        while (copied < most && rows.Read())
        {
            await into.StartRowAsync(stop);
            for (var i = 0; i < values.Length; i++)
            {
                values[i] = table.Columns[i].Read(rows, i);
                await table.Columns[i].WriteAsync(into, values[i], stop);
            }
            foreach (var value in extra(values)) await into.WriteAsync(
                value, value is short ? NpgsqlDbType.Smallint : NpgsqlDbType.Bigint, stop);
            copied++;
        }
        await into.CompleteAsync(stop);
        return copied;
    }

    /// <summary>The seq up to which a table has been copied.</summary>
    public Task<long> CopiedToAsync(MovedTable table, MovedConversation conversation, CancellationToken stop) =>
        connection.QueryAsync<long>($"SELECT coalesce(max(seq), 0) FROM {table.Name} WHERE conversation_id = $1", stop, conversation.Id);

    public async Task<(long Rows, string Digest)> DigestAsync(MovedTable table, MovedConversation conversation, CancellationToken stop)
    {
        using var digest = new TableDigest(table);
        var sql = $"SELECT {table.Names} FROM {table.Name} WHERE conversation_id = $1 ORDER BY seq";
        await using var all = new NpgsqlCommand(sql, connection)
        {
            Parameters = { new() { Value = conversation.Id } },
            CommandTimeout = 0,
        };
        await using var rows = await all.ExecuteReaderAsync(stop);
        while (await rows.ReadAsync(stop)) digest.Add((_, i) => rows.IsDBNull(i) ? null : rows.GetValue(i));
        return (digest.Rows, digest.Finish());
    }

    /// <summary>Makes the database usable: all rows have been copied and compared.</summary>
    public Task FinishAsync(string epoch, IReadOnlyList<MovedConversation> conversations, CancellationToken stop)
    {
        var heads = Enumerable.Range(0, PostgresSchema.Shards).Select(shard =>
        {
            var head = conversations.Where(c => c.Shard == shard).Sum(c => c.Head);
            return string.Create(CultureInfo.InvariantCulture, $"UPDATE log_heads SET pos = {head} WHERE shard = {shard}; ");
        });
        return connection.ExecuteAsync($"""
            {string.Concat(heads)}
            UPDATE meta SET value = '{epoch}' WHERE key = 'epoch';
            DELETE FROM meta WHERE key = 'moving_from'
            """, stop);
    }
}

/// <param name="Before">The number of entries in its shard before its first one.</param>
internal sealed record MovedConversation(string Id, long Head, short Shard, long Before);
