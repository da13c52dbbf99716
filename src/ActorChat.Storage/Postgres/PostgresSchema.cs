using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using ActorChat.Domain;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace ActorChat.Storage.Postgres;

/// <summary>
/// Migrates a database: each numbered script once and in a transaction, then the functions. The caller holds the <see cref="SchemaLock"/>.
/// </summary>
internal sealed class PostgresSchema(NpgsqlConnection connection, ILogger log)
{
    const int OldestServer = 150000;

    public const int Shards = 16;

    /// <summary>The shard of a new conversation. A conversation keeps its shard, even if this function changes.</summary>
    public static short ShardOf(ConversationId conversation)
    {
        if (conversation == ConversationId.Default) return 0;
        var hash = 2166136261; // FNV-1a: the same on every machine
        foreach (var unit in conversation.Value) hash = (hash ^ unit) * 16777619;
        return (short)(hash % Shards);
    }

    /// <param name="moving">This is the move of a log into the database; servers do not start before the move is complete.</param>
    /// <param name="truncated">The epoch of a log that has lost entries: from now on it is a different log.</param>
    /// <returns>The epoch of the log.</returns>
    /// <exception cref="StoreStartException">The database is a standby, too old, another program's, or of a newer version.</exception>
    public async Task<string> PrepareAsync(CancellationToken stop, bool moving = false, string? truncated = null)
    {
        if (await connection.QueryAsync<int>("SELECT current_setting('server_version_num')::int", stop) < OldestServer)
            throw new StoreStartException(
                $"ActorChat needs PostgreSQL {OldestServer / 10000} or newer; this is {connection.PostgreSqlVersion}.");
        if (await connection.QueryAsync<bool>("SELECT pg_is_in_recovery()", stop))
            throw new StoreStartException("This PostgreSQL is a standby: name the primary in Storage:ConnectionString.");
        await UpgradeAsync(stop);
        await RefreshFunctionsAsync(stop);
        await ChangeEpochIfReplacedAsync(truncated, stop);
        if (!moving && await connection.QueryAsync<bool>("SELECT EXISTS (SELECT 1 FROM meta WHERE key = 'moving_from')", stop))
            throw new StoreStartException(
                "The move of a log into this database is incomplete: run `migrate` again, or empty the database.");
        return (await EpochAsync(stop))!;
    }

    Task<string?> EpochAsync(CancellationToken stop) => connection.QueryAsync<string>("SELECT value FROM meta WHERE key = 'epoch'", stop);

    // A restored backup and a promoted standby may lack entries that clients have, and would give their numbers to other entries.
    async Task ChangeEpochIfReplacedAsync(string? truncated, CancellationToken stop)
    {
        var origin = await LogOrigin.ReadAsync(connection, stop);
        var before = await connection.QueryAsync<string>("SELECT value FROM meta WHERE key = 'origin'", stop);
        if (before == origin && (truncated is null || truncated != await EpochAsync(stop))) return; // the first node changes it for all
        await using var transaction = await connection.BeginTransactionAsync(stop);
        await SetMetaAsync("origin", origin, stop);
        if (before is not null) await SetMetaAsync("epoch", $"{Guid.NewGuid():N}", stop);
        await transaction.CommitAsync(stop);
        if (before is not null) log.LogWarning("The log has a new epoch: a backup was restored or a standby promoted. Clients start over");
    }

    async Task UpgradeAsync(CancellationToken stop)
    {
        var current = await IsEmptyAsync(stop)
            ? 0
            : await connection.QueryAsync<int>("SELECT value::int FROM meta WHERE key = 'schema'", stop);
        var scripts = Migrations.Numbered("Postgres");
        var newest = scripts.Keys.Max();
        if (current > newest)
            throw new StoreStartException(
                $"The database was written by a newer ActorChat (schema {current}, not {newest} or older). Start that version or a newer one.");
        foreach (var (number, script) in scripts.Where(script => script.Key > current))
        {
            await using var transaction = await connection.BeginTransactionAsync(stop);
            await connection.ExecuteAsync(script, stop);
            if (number == 1) await connection.ExecuteAsync(InitialRows(), stop);
            await SetMetaAsync("schema", number.ToString(CultureInfo.InvariantCulture), stop);
            await transaction.CommitAsync(stop);
            log.LogInformation("The database was migrated to schema {Number}", number);
        }
    }

    // Other nodes may be calling the functions: they are replaced only if they differ, and then all at once.
    async Task RefreshFunctionsAsync(CancellationToken stop)
    {
        var functions = Migrations.Script("Postgres", "functions.sql");
        var version = Convert.ToHexString(SHA256.HashData(Encoding.UTF8.GetBytes(functions)));
        if (await connection.QueryAsync<string>("SELECT value FROM meta WHERE key = 'functions'", stop) == version) return;
        await using var transaction = await connection.BeginTransactionAsync(stop);
        await connection.ExecuteAsync(functions, stop);
        await SetMetaAsync("functions", version, stop);
        await transaction.CommitAsync(stop);
    }

    async Task<bool> IsEmptyAsync(CancellationToken stop)
    {
        const string HasOurTables = "SELECT to_regclass('meta') IS NOT NULL AND to_regclass('log_heads') IS NOT NULL";
        if (await connection.QueryAsync<bool>(HasOurTables, stop)) return false;
        if (await connection.QueryAsync<long>("SELECT count(*) FROM pg_tables WHERE schemaname = current_schema()", stop) == 0) return true;
        throw new StoreStartException("The database has tables of another program; name an empty one in Storage:ConnectionString.");
    }

    /// <summary>The rows that every database has.</summary>
    static string InitialRows() => $"""
        INSERT INTO meta (key, value) VALUES ('schema', '1'), ('epoch', '{Guid.NewGuid():N}');
        INSERT INTO log_heads (shard) SELECT generate_series(0, {Shards - 1});
        INSERT INTO conversations (conversation_id, created_at, updated_at, title, kind, shard)
            VALUES ('{ConversationId.Default}', now(), '-infinity', 'General', 'public', 0);
        INSERT INTO users (user_id, username, name_key, created_at) VALUES ('{Author.Bot.Id}', '{Author.Bot.Name}', 'aibot', now());
        """;

    Task<int> SetMetaAsync(string key, string value, CancellationToken stop) => connection.ExecuteAsync(
        "INSERT INTO meta (key, value) VALUES ($1, $2) ON CONFLICT (key) DO UPDATE SET value = excluded.value", stop, key, value);
}
