using System.Diagnostics;
using System.Globalization;
using ActorChat.Selftest.Processes;
using Npgsql;

namespace ActorChat.Storage.Tests.Postgres;

/// <summary>A PgBouncer process between a store and its database. It never runs as root.</summary>
internal sealed class PgBouncer : IAsyncDisposable
{
    const string Program = "/usr/sbin/pgbouncer";

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
        UnprivilegedProcess.GiveFolder(folder);
        process = Process.Start(UnprivilegedProcess.StartInfo(Program, "-q", settings))!;
    }

    /// <summary>The connection string that leads through it.</summary>
    public string Database { get; }

    /// <param name="mode"><c>session</c> or <c>transaction</c>.</param>
    /// <param name="ignoresOptions">It accepts and drops the server settings of a connection string; otherwise it rejects such
    /// connections.</param>
    public static async Task<PgBouncer> StartAsync(string database, string mode, bool ignoresOptions)
    {
        Requirement.Need(File.Exists(Program), "This test needs Debian's package pgbouncer.");
        var pooler = new PgBouncer(database, mode, ignoresOptions ? ", options" : "");
        await Deadline.UntilAsync(async () =>
        {
            Assert.False(pooler.process.HasExited, "pgbouncer has exited.");
            return await PostgresServer.AnswersAsync(pooler.Database);
        }, PostgresServer.StartTimeout, () => "pgbouncer did not start.");
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
