using System.Globalization;
using ActorChat.Domain;
using ActorChat.Storage.Postgres;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace ActorChat.Storage.Moving;

/// <summary>The PostgreSQL side of a move. While <c>meta</c> says where a move comes from, no server starts on the database.</summary>
internal sealed class MoveTarget(NpgsqlConnection connection)
{
    const int Shards = PostgresSchema.Shards;

    /// <summary>Makes the tables, and makes sure that there is nothing in them but an earlier try to move the same log.</summary>
    /// <exception cref="StoreStartException">There is.</exception>
    public async Task PrepareAsync(string epoch, IReadOnlyList<MovedConversation> conversations, ILogger log, CancellationToken stop)
    {
        await new PostgresSchema(connection, log).PrepareAsync(stop, moving: true).ConfigureAwait(false);
        if (await NodeLease.IsAnybodyHereAsync(connection, stop).ConfigureAwait(false))
            throw new StoreStartException("A server works on the target, or did so within the last ten seconds: a log is moved where nobody is.");
        if (await QueryAsync<string>("SELECT value FROM meta WHERE key = 'moving_from'", stop).ConfigureAwait(false) is { } from)
        {
            if (from != StateOf(epoch, conversations))
                throw new StoreStartException("The target has part of another log, or of this one before it was written to. Empty it and begin anew.");
            return;
        }
        if (await QueryAsync<bool>("SELECT EXISTS (SELECT 1 FROM messages) OR EXISTS (SELECT 1 FROM sessions) OR (SELECT count(*) FROM users) > 1", stop).ConfigureAwait(false))
            throw new StoreStartException("The target is not empty: a log is moved into an empty database only.");
        await RunAsync($"DELETE FROM conversations; DELETE FROM users; INSERT INTO meta (key, value) VALUES ('moving_from', '{StateOf(epoch, conversations)}')", stop).ConfigureAwait(false);
    }

    // The places in the shards are computed from the heads: a log that has grown since is another one.
    static string StateOf(string epoch, IReadOnlyList<MovedConversation> conversations) =>
        string.Create(CultureInfo.InvariantCulture, $"{epoch} {conversations.Count} {conversations.Sum(c => c.Head)}");

    public Task EmptyAsync(MovedTable table, CancellationToken stop) => RunAsync($"DELETE FROM {table.Name}", stop);

    /// <returns>How many rows there were, at most <paramref name="most"/>.</returns>
    public async Task<long> CopyAsync(MovedTable table, SqliteDataReader rows, Func<object?[], IEnumerable<object>> extra, string extraNames, long most, CancellationToken stop)
    {
        var copied = 0L;
        var values = new object?[table.Columns.Length];
        await using var into = await connection.BeginBinaryImportAsync($"COPY {table.Name} ({table.Names}{extraNames}) FROM STDIN (FORMAT BINARY)", stop).ConfigureAwait(false);
        while (copied < most && rows.Read())
        {
            await into.StartRowAsync(stop).ConfigureAwait(false);
            for (var i = 0; i < values.Length; i++)
            {
                values[i] = table.Columns[i].Read(rows, i);
                await table.Columns[i].WriteAsync(into, values[i], stop).ConfigureAwait(false);
            }
            foreach (var value in extra(values)) await into.WriteAsync(value, value is short ? NpgsqlTypes.NpgsqlDbType.Smallint : NpgsqlTypes.NpgsqlDbType.Bigint, stop).ConfigureAwait(false);
            copied++;
        }
        await into.CompleteAsync(stop).ConfigureAwait(false);
        return copied;
    }

    /// <summary>How far a table has been copied.</summary>
    public async Task<long> CopiedToAsync(MovedTable table, MovedConversation conversation, CancellationToken stop)
    {
        await using var ask = new NpgsqlCommand($"SELECT coalesce(max(seq), 0) FROM {table.Name} WHERE conversation_id = $1", connection) { Parameters = { new() { Value = conversation.Id } } };
        return (long)(await ask.ExecuteScalarAsync(stop).ConfigureAwait(false))!;
    }

    public async Task<(long Rows, string Digest)> DigestAsync(MovedTable table, MovedConversation conversation, CancellationToken stop)
    {
        using var digest = new LogDigest(table);
        await using var all = new NpgsqlCommand($"SELECT {table.Names} FROM {table.Name} WHERE conversation_id = $1 ORDER BY seq", connection)
        {
            Parameters = { new() { Value = conversation.Id } },
            CommandTimeout = 0,
        };
        await using var rows = await all.ExecuteReaderAsync(stop).ConfigureAwait(false);
        while (await rows.ReadAsync(stop).ConfigureAwait(false)) digest.Add(rows, (_, i) => rows.IsDBNull(i) ? null : rows.GetValue(i));
        return (digest.Rows, digest.Finish());
    }

    /// <summary>Everything is here and has been compared: from now on this is the log.</summary>
    public Task FinishAsync(string epoch, IReadOnlyList<MovedConversation> conversations, CancellationToken stop)
    {
        var heads = Enumerable.Range(0, Shards).Select(shard => string.Create(
            CultureInfo.InvariantCulture, $"UPDATE log_heads SET pos = {conversations.Where(c => c.Shard == shard).Sum(c => c.Head)} WHERE shard = {shard}; "));
        return RunAsync($"{string.Concat(heads)} UPDATE meta SET value = '{epoch}' WHERE key = 'epoch'; DELETE FROM meta WHERE key = 'moving_from'", stop);
    }

    async Task RunAsync(string sql, CancellationToken stop)
    {
        await using var command = new NpgsqlCommand(sql, connection);
        await command.ExecuteNonQueryAsync(stop).ConfigureAwait(false);
    }

    async Task<T?> QueryAsync<T>(string sql, CancellationToken stop)
    {
        await using var command = new NpgsqlCommand(sql, connection);
        return (T?)await command.ExecuteScalarAsync(stop).ConfigureAwait(false);
    }
}

/// <param name="Before">How many entries of its shard come before its first one.</param>
internal sealed record MovedConversation(string Id, long Head, short Shard, long Before);
