using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using ActorChat.Domain;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace ActorChat.Storage.Postgres;

/// <summary>Brings a database to what this version works with: numbered migrations, each once and in a transaction, then the functions.</summary>
internal sealed class PostgresSchema(NpgsqlConnection connection, ILogger log)
{
    const int OldestServer = 150000;

    public const int Shards = 16;

    /// <summary>The shard that a new conversation is given. It keeps it, whatever this says later.</summary>
    public static short ShardOf(ConversationId conversation)
    {
        if (conversation == ConversationId.Default) return 0;
        var hash = 2166136261; // FNV-1a: the same on every machine
        foreach (var unit in conversation.Value) hash = (hash ^ unit) * 16777619;
        return (short)(hash % Shards);
    }

    /// <returns>The epoch of the log.</returns>
    /// <exception cref="StoreStartException">It is a standby, too old, another program's, or of a newer version.</exception>
    /// <param name="moving">Whether this is the move itself: a server does not start before a move has ended.</param>
    /// <param name="goneBack">The epoch of a log whose entries are not there any more: it is another log now, wherever it comes from.</param>
    public async Task<string> PrepareAsync(CancellationToken stop, bool moving = false, string? goneBack = null)
    {
        if (await QueryAsync<int>("SELECT current_setting('server_version_num')::int", stop).ConfigureAwait(false) < OldestServer)
            throw new StoreStartException($"ActorChat needs PostgreSQL {OldestServer / 10000} or newer; this is {connection.PostgreSqlVersion}.");
        if (await QueryAsync<bool>("SELECT pg_is_in_recovery()", stop).ConfigureAwait(false))
            throw new StoreStartException("This PostgreSQL is a standby: name the primary in Storage:ConnectionString.");
        await UpgradeAsync(stop).ConfigureAwait(false);
        await RefreshFunctionsAsync(stop).ConfigureAwait(false);
        await ChangeEpochIfReplacedAsync(goneBack, stop).ConfigureAwait(false);
        if (!moving && await QueryAsync<bool>("SELECT EXISTS (SELECT 1 FROM meta WHERE key = 'moving_from')", stop).ConfigureAwait(false))
            throw new StoreStartException("A move into this database has not come to its end: run `migrate` again, or empty the database.");
        return (await EpochAsync(stop).ConfigureAwait(false))!;
    }

    Task<string?> EpochAsync(CancellationToken stop) => QueryAsync<string>("SELECT value FROM meta WHERE key = 'epoch'", stop);

    // A backup that was restored and a standby that was promoted may lack entries that clients have, and give their numbers to others.
    async Task ChangeEpochIfReplacedAsync(string? goneBack, CancellationToken stop)
    {
        var origin = await LogOrigin.ReadAsync(connection, stop).ConfigureAwait(false);
        var before = await QueryAsync<string>("SELECT value FROM meta WHERE key = 'origin'", stop).ConfigureAwait(false);
        if (before == origin && (goneBack is null || goneBack != await EpochAsync(stop).ConfigureAwait(false))) return; // one node changes it for all
        await using var transaction = await connection.BeginTransactionAsync(stop).ConfigureAwait(false);
        await RunAsync($"INSERT INTO meta (key, value) VALUES ('origin', '{origin}') ON CONFLICT (key) DO UPDATE SET value = excluded.value", stop).ConfigureAwait(false);
        if (before is not null) await RunAsync($"UPDATE meta SET value = '{Guid.NewGuid():N}' WHERE key = 'epoch'", stop).ConfigureAwait(false);
        await transaction.CommitAsync(stop).ConfigureAwait(false);
        if (before is not null) log.LogWarning("The log has a new epoch: a backup was restored, or a standby promoted. Clients begin anew");
    }

    async Task UpgradeAsync(CancellationToken stop)
    {
        var there = await IsEmptyAsync(stop).ConfigureAwait(false) ? 0
            : int.Parse((await QueryAsync<string>("SELECT value FROM meta WHERE key = 'schema'", stop).ConfigureAwait(false))!, CultureInfo.InvariantCulture);
        var scripts = Migrations.Numbered("Postgres");
        if (there > scripts.Keys.Max())
            throw new StoreStartException($"The database was written by a newer ActorChat (schema {there}, this one knows {scripts.Keys.Max()}); start that version or newer.");
        foreach (var (number, script) in scripts.Where(script => script.Key > there))
        {
            await using var transaction = await connection.BeginTransactionAsync(stop).ConfigureAwait(false);
            await RunAsync(script, stop).ConfigureAwait(false);
            if (number == 1) await RunAsync(Furniture(), stop).ConfigureAwait(false);
            await RunAsync($"UPDATE meta SET value = '{number}' WHERE key = 'schema'", stop).ConfigureAwait(false);
            await transaction.CommitAsync(stop).ConfigureAwait(false);
            log.LogInformation("The database is at schema {Number} now", number);
        }
    }

    // Other nodes may be calling them: they are only touched where they are others, and then all at once.
    async Task RefreshFunctionsAsync(CancellationToken stop)
    {
        var functions = Migrations.Script("Postgres", "functions.sql");
        var version = Convert.ToHexString(SHA256.HashData(Encoding.UTF8.GetBytes(functions)));
        if (await QueryAsync<string>("SELECT value FROM meta WHERE key = 'functions'", stop).ConfigureAwait(false) == version) return;
        await using var transaction = await connection.BeginTransactionAsync(stop).ConfigureAwait(false);
        await RunAsync(functions, stop).ConfigureAwait(false);
        await RunAsync($"INSERT INTO meta (key, value) VALUES ('functions', '{version}') ON CONFLICT (key) DO UPDATE SET value = excluded.value", stop).ConfigureAwait(false);
        await transaction.CommitAsync(stop).ConfigureAwait(false);
    }

    async Task<bool> IsEmptyAsync(CancellationToken stop)
    {
        if (await QueryAsync<bool>("SELECT to_regclass('meta') IS NOT NULL AND to_regclass('log_heads') IS NOT NULL", stop).ConfigureAwait(false)) return false;
        var tables = await QueryAsync<long>("SELECT count(*) FROM pg_tables WHERE schemaname = current_schema()", stop).ConfigureAwait(false);
        return tables == 0 ? true : throw new StoreStartException("The database has tables of another program; name an empty one in Storage:ConnectionString.");
    }

    /// <summary>What is there from the start.</summary>
    static string Furniture() => $"""
        INSERT INTO meta (key, value) VALUES ('schema', '1'), ('epoch', '{Guid.NewGuid():N}');
        INSERT INTO log_heads (shard) SELECT generate_series(0, {Shards - 1});
        INSERT INTO conversations (conversation_id, created_at, updated_at, title, kind, shard) VALUES ('{ConversationId.Default}', now(), '-infinity', 'General', 'public', 0);
        INSERT INTO users (user_id, username, name_key, created_at) VALUES ('{Author.Bot.Id}', '{Author.Bot.Name}', 'aibot', now());
        """;

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
