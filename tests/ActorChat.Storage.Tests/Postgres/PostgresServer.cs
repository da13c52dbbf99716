using System.Diagnostics;
using System.Globalization;
using ActorChat.Selftest.Processes;
using ActorChat.Server.Tests.Processes;
using Npgsql;

namespace ActorChat.Storage.Tests.Postgres;

/// <summary>
/// A PostgreSQL server for this test run, on its own port and in its own folder. If ACTORCHAT_TEST_POSTGRES is set, to a connection string
/// whose user may create databases, tests use that server instead.
/// </summary>
internal sealed class PostgresServer : IAsyncDisposable
{
    public static readonly TimeSpan StartTimeout = TimeSpan.FromMinutes(2);

    static readonly SemaphoreSlim Gate = new(1);
    static Task<PostgresServer>? shared;

    readonly DirectoryInfo? folder;
    readonly int port;
    readonly string admin;
    Process? process;

    PostgresServer(string admin) => this.admin = admin;

    PostgresServer(DirectoryInfo folder, int port)
    {
        // Nothing else waits for this process to exit, and the server must not outlive it.
        AppDomain.CurrentDomain.ProcessExit += (_, _) => Kill();
        this.folder = folder;
        this.port = port;
        admin = $"Host=127.0.0.1;Port={port.ToString(CultureInfo.InvariantCulture)};Username=actorchat;Database=postgres";
    }

    /// <summary>The folder of the newest installed version.</summary>
    static string? Programs { get; } = !Directory.Exists("/usr/lib/postgresql") ? null : Directory.GetDirectories("/usr/lib/postgresql")
        .Select(version => Path.Combine(version, "bin")).Where(bin => File.Exists(Path.Combine(bin, "initdb")))
        .OrderBy(bin => bin, StringComparer.Ordinal).LastOrDefault();

    static string? Existing { get; } = Environment.GetEnvironmentVariable("ACTORCHAT_TEST_POSTGRES");

    /// <summary>The server that all tests share, except those that stop theirs.</summary>
    public static async Task<PostgresServer> SharedAsync()
    {
        Need();
        await Gate.WaitAsync();
        try
        {
            return await (shared ??= StartAsync());
        }
        finally
        {
            Gate.Release();
        }
    }

    static void Need() => Requirement.Need(
        Existing is not null || (Programs is not null && OperatingSystem.IsLinux()),
        "This test needs PostgreSQL: Debian's package postgresql, or a server named in ACTORCHAT_TEST_POSTGRES.");

    /// <summary>A server of its own, for a test that stops it.</summary>
    public static async Task<PostgresServer> OwnAsync()
    {
        Need();
        Skip.If(Existing is not null, "This test stops the server, and the one in ACTORCHAT_TEST_POSTGRES must keep running.");
        return await StartAsync();
    }

    static async Task<PostgresServer> StartAsync()
    {
        if (Existing is not null) return new PostgresServer(Existing);
        var server = New();
        server.Run("initdb", "-D", server.Data, "-U", "actorchat", "-A", "trust", "-E", "UTF8", "--locale=C", "--no-sync",
            "--no-instructions");
        await server.StartAgainAsync();
        return server;
    }

    static PostgresServer New()
    {
        var server = new PostgresServer(Directory.CreateTempSubdirectory("actorchat-postgres-"), LoopbackPort.Free());
        UnprivilegedProcess.GiveFolder(server.folder!);
        return server;
    }

    string Data => Path.Combine(folder!.FullName, "data");

    public async Task StartAgainAsync()
    {
        // Without fsync: tests kill only the process, and what it has written is safe with the operating system.
        process = Process.Start(StartInfo("postgres", "-D", Data, "-p", port.ToString(CultureInfo.InvariantCulture), "-k", folder!.FullName,
            "-c", "listen_addresses=127.0.0.1", "-c", "fsync=off", "-c", "max_connections=200", "-c", "shared_buffers=64MB"))!;
        process.BeginErrorReadLine(); // a full pipe would stop the server
        await Deadline.UntilAsync(async () =>
        {
            Assert.False(process.HasExited, "PostgreSQL has exited.");
            return await AnswersAsync(admin);
        }, StartTimeout, () => "PostgreSQL did not start.");
    }

    /// <summary>A standby with a copy of the present data, which does not follow this server.</summary>
    public async Task<PostgresServer> CopyAsync()
    {
        var copy = New();
        copy.Run(
            "pg_basebackup", "-h", "127.0.0.1", "-p", port.ToString(CultureInfo.InvariantCulture), "-U", "actorchat", "-D", copy.Data, "-c", "fast");
        await File.WriteAllTextAsync(Path.Combine(copy.Data, "standby.signal"), "");
        await copy.StartAgainAsync();
        return copy;
    }

    /// <summary>Makes a standby a primary.</summary>
    public void Promote() => Run("pg_ctl", "-D", Data, "promote");

    /// <summary>The connection string of this server's copy of a database.</summary>
    public string CopyOf(string database) => new NpgsqlConnectionStringBuilder(database) { Port = port }.ConnectionString;

    /// <summary>A connection string that names this server first and another one second.</summary>
    public string AlsoOn(PostgresServer other, string database) => new NpgsqlConnectionStringBuilder(database)
    {
        Host = string.Create(CultureInfo.InvariantCulture, $"127.0.0.1:{port},127.0.0.1:{other.port}"),
    }.ConnectionString;

    /// <summary>Stops the server at once, as a crash does.</summary>
    public async Task StopAsync()
    {
        Run("pg_ctl", "-D", Data, "stop", "-m", "immediate");
        await process!.WaitForExitAsync();
    }

    public static async Task<bool> AnswersAsync(string database)
    {
        try
        {
            await using var connection = await ConnectAsync(database);
            return true;
        }
        catch (NpgsqlException)
        {
            return false;
        }
    }

    /// <summary>A connection outside all pools.</summary>
    public static async Task<NpgsqlConnection> ConnectAsync(string database)
    {
        var connection = new NpgsqlConnection(database + ";Pooling=false");
        try
        {
            await connection.OpenAsync();
            return connection;
        }
        catch
        {
            await connection.DisposeAsync();
            throw;
        }
    }

    /// <summary>Waits until a session of the database is in a state.</summary>
    /// <param name="state">A condition on <c>pg_stat_activity</c>.</param>
    /// <param name="task">The task that leads to it.</param>
    /// <returns>False if the task ended before.</returns>
    public static async Task<bool> UntilSessionAsync(string database, string state, Task task)
    {
        await using var watcher = await ConnectAsync(database);
        await using var ask = new NpgsqlCommand(
            $"SELECT EXISTS (SELECT 1 FROM pg_stat_activity WHERE datname = current_database() AND {state})", watcher);
        var isThere = false;
        await Deadline.UntilAsync(
            async () =>
                (isThere = (bool)(await ask.ExecuteScalarAsync())!) || task.IsCompleted, Deadline.Usual, () => $"No session has {state}.");
        return isThere;
    }

    /// <summary>Creates an empty database.</summary>
    /// <returns>Its connection string.</returns>
    public async Task<string> CreateDatabaseAsync()
    {
        var name = "actorchat_" + Guid.NewGuid().ToString("N");
        await RunAsync($"CREATE DATABASE {name}");
        return new NpgsqlConnectionStringBuilder(admin) { Database = name }.ConnectionString;
    }

    public Task RunAsync(string sql) => RunAsync(admin, sql);

    public static async Task RunAsync(string database, string sql)
    {
        await using var connection = await ConnectAsync(database);
        await using var command = new NpgsqlCommand(sql, connection);
        await command.ExecuteNonQueryAsync();
    }

    void Run(string program, params string[] arguments) => UnprivilegedProcess.Run(StartInfo(program, arguments));

    ProcessStartInfo StartInfo(string program, params string[] arguments)
    {
        var start = UnprivilegedProcess.StartInfo(Path.Combine(Programs!, program), arguments);
        start.RedirectStandardError = true;
        start.WorkingDirectory = folder!.FullName;
        return start;
    }

    void Kill()
    {
        if (process is { HasExited: false }) Run("pg_ctl", "-D", Data, "stop", "-m", "immediate");
        if (Directory.Exists(folder!.FullName)) folder.Delete(recursive: true); // checked anew: the test may have deleted it
    }

    public ValueTask DisposeAsync()
    {
        if (folder is not null) Kill();
        return ValueTask.CompletedTask;
    }
}
