using System.Diagnostics;
using System.Globalization;
using ActorChat.Selftest.Processes;
using Npgsql;
using Xunit;

namespace ActorChat.Storage.Tests;

/// <summary>A pooler between a store and its database, never as root.</summary>
public sealed class PgBouncer : IAsyncDisposable
{
    const string Program = "/usr/sbin/pgbouncer";

    static readonly TimeSpan StartTimeout = TimeSpan.FromMinutes(2);

    readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("actorchat-pgbouncer-");
    readonly Process process;

    PgBouncer(string database, string mode, string ignored)
    {
        var behind = new NpgsqlConnectionStringBuilder(database);
        var settings = Path.Combine(folder.FullName, "pgbouncer.ini");
        var port = LoopbackPort.Free();
        Database = new NpgsqlConnectionStringBuilder(database) { Port = port }.ConnectionString;
        File.WriteAllText(settings, string.Create(CultureInfo.InvariantCulture, $"""
            [databases]
            * = host=127.0.0.1 port={behind.Port} user={behind.Username}
            [pgbouncer]
            listen_addr = 127.0.0.1
            listen_port = {port}
            unix_socket_dir =
            auth_type = any
            pool_mode = {mode}
            ignore_startup_parameters = extra_float_digits{ignored}
            """));
        PostgresServer.GiveAway(folder);
        process = Process.Start(PostgresServer.NotAsRoot(Program, "-q", settings))!;
    }

    /// <summary>The connection string that leads through it.</summary>
    public string Database { get; }

    /// <param name="mode"><c>session</c> or <c>transaction</c>.</param>
    /// <param name="letsOptionsPass">Whether it takes the settings of a connection, and forgets them; else it refuses them.</param>
    public static async Task<PgBouncer> StartAsync(string database, string mode, bool letsOptionsPass)
    {
        PostgresServer.Need(File.Exists(Program), "This needs Debian's package pgbouncer.");
        var pooler = new PgBouncer(database, mode, letsOptionsPass ? ", options" : "");
        for (var since = Stopwatch.StartNew(); !await PostgresServer.AnswersAsync(pooler.Database); await Task.Delay(20))
            Assert.True(since.Elapsed < StartTimeout && !pooler.process.HasExited, "pgbouncer did not start.");
        return pooler;
    }

    public async ValueTask DisposeAsync()
    {
        if (!process.HasExited) process.Kill();
        await process.WaitForExitAsync();
        process.Dispose();
        folder.Delete(recursive: true);
    }
}
