using System.Diagnostics;
using System.Globalization;
using ActorChat.Domain;
using ActorChat.Selftest.Processes;
using Npgsql;
using Xunit;

namespace ActorChat.Storage.Tests;

/// <summary>
/// A PostgreSQL for this test run: on a port and in a folder of its own, never as root. ACTORCHAT_TEST_POSTGRES, a connection string whose
/// user may create databases, names one that is there already.
/// </summary>
public sealed class PostgresServer : IAsyncDisposable
{
    static readonly TimeSpan StartTimeout = TimeSpan.FromMinutes(2), Patience = TimeSpan.FromSeconds(30);
    static readonly SemaphoreSlim Gate = new(1);
    static Task<PostgresServer>? shared;

    readonly DirectoryInfo? folder;
    readonly int port;
    readonly string admin;
    Process? process;

    PostgresServer(string admin) => this.admin = admin;

    PostgresServer(DirectoryInfo folder, int port)
    {
        // Nobody waits for an exit of this process: the server must not outlive it.
        AppDomain.CurrentDomain.ProcessExit += (_, _) => Kill();
        this.folder = folder;
        this.port = port;
        admin = $"Host=127.0.0.1;Port={port.ToString(CultureInfo.InvariantCulture)};Username=actorchat;Database=postgres";
    }

    static string? Programs { get; } = Directory.Exists("/usr/lib/postgresql")
        ? Directory.GetDirectories("/usr/lib/postgresql").Select(version => Path.Combine(version, "bin")).Where(bin => File.Exists(Path.Combine(bin, "initdb")))
            .OrderBy(bin => bin, StringComparer.Ordinal).LastOrDefault()
        : null;

    static string? There { get; } = Environment.GetEnvironmentVariable("ACTORCHAT_TEST_POSTGRES");

    /// <summary>The server that tests share which do not stop theirs.</summary>
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

    static void Need() => Need(
        There is not null || (Programs is not null && OperatingSystem.IsLinux()),
        "This needs PostgreSQL: Debian's package postgresql, or a server named in ACTORCHAT_TEST_POSTGRES.");

    internal static void Need(bool isThere, string reason)
    {
        if (Environment.GetEnvironmentVariable("ACTORCHAT_TEST_REQUIRE") == "all") Assert.True(isThere, reason);
        else Skip.IfNot(isThere, reason);
    }

    /// <summary>One of its own, for a test that stops it.</summary>
    public static async Task<PostgresServer> OwnAsync()
    {
        Need();
        Skip.If(There is not null, "The server in ACTORCHAT_TEST_POSTGRES is not ours to stop.");
        return await StartAsync();
    }

    static async Task<PostgresServer> StartAsync()
    {
        if (There is not null) return new PostgresServer(There);
        var server = new PostgresServer(Directory.CreateTempSubdirectory("actorchat-postgres-"), LoopbackPort.Free());
        GiveAway(server.folder!);
        server.RunAsServer("initdb", "-D", server.Data, "-U", "actorchat", "-A", "trust", "-E", "UTF8", "--locale=C", "--no-sync", "--no-instructions");
        await server.StartAgainAsync();
        return server;
    }

    string Data => Path.Combine(folder!.FullName, "data");

    static bool IsRoot => Environment.UserName == "root";

    public async Task StartAgainAsync()
    {
        // No fsync: what a test kills is the process, and what it has written is with the system then.
        process = Process.Start(AsServer("postgres", "-D", Data, "-p", port.ToString(CultureInfo.InvariantCulture), "-k", folder!.FullName,
            "-c", "listen_addresses=127.0.0.1", "-c", "fsync=off", "-c", "max_connections=200", "-c", "shared_buffers=64MB"))!;
        process.BeginErrorReadLine(); // a full pipe would stop the server
        for (var since = Stopwatch.StartNew(); !await AnswersAsync(admin); await Task.Delay(50))
            Assert.True(since.Elapsed < StartTimeout && !process.HasExited, "PostgreSQL did not start.");
    }

    /// <summary>A standby with what is here now; it follows no further.</summary>
    public async Task<PostgresServer> CopyAsync()
    {
        var copy = new PostgresServer(Directory.CreateTempSubdirectory("actorchat-postgres-"), LoopbackPort.Free());
        GiveAway(copy.folder!);
        copy.RunAsServer("pg_basebackup", "-h", "127.0.0.1", "-p", port.ToString(CultureInfo.InvariantCulture), "-U", "actorchat", "-D", copy.Data, "-c", "fast");
        await File.WriteAllTextAsync(Path.Combine(copy.Data, "standby.signal"), "");
        await copy.StartAgainAsync();
        return copy;
    }

    /// <summary>A standby becomes a primary of its own.</summary>
    public void Promote() => RunAsServer("pg_ctl", "-D", Data, "promote");

    /// <summary>The connection string for the copy that this server has of a database.</summary>
    public string CopyOf(string database) => new NpgsqlConnectionStringBuilder(database) { Port = port }.ConnectionString;

    /// <summary>The address of another server in a connection string of this one, as the second to be tried.</summary>
    public string AlsoOn(PostgresServer other, string database) => new NpgsqlConnectionStringBuilder(database)
    {
        Host = string.Create(CultureInfo.InvariantCulture, $"127.0.0.1:{port},127.0.0.1:{other.port}"),
    }.ConnectionString;

    /// <summary>Ends it at once, as a crash does.</summary>
    public async Task StopAsync()
    {
        RunAsServer("pg_ctl", "-D", Data, "stop", "-m", "immediate");
        await process!.WaitForExitAsync();
    }

    internal static async Task<bool> AnswersAsync(string database)
    {
        try
        {
            await using var connection = new NpgsqlConnection(database + ";Pooling=false");
            await connection.OpenAsync();
            return true;
        }
        catch (NpgsqlException)
        {
            return false;
        }
    }

    /// <summary>Until a session of the database is in that state.</summary>
    /// <param name="task">What brings it there.</param>
    /// <returns>False where the task ended before.</returns>
    public static async Task<bool> UntilSessionAsync(string database, string state, Task task)
    {
        await using var watcher = new NpgsqlConnection(database + ";Pooling=false");
        await watcher.OpenAsync();
        await using var ask = new NpgsqlCommand($"SELECT EXISTS (SELECT 1 FROM pg_stat_activity WHERE datname = current_database() AND {state})", watcher);
        for (var since = Stopwatch.StartNew(); !(bool)(await ask.ExecuteScalarAsync())!; await Task.Delay(10))
        {
            if (task.IsCompleted) return false;
            Assert.True(since.Elapsed < Patience, $"There is nobody with {state}.");
        }
        return true;
    }

    /// <summary>A new, empty database.</summary>
    /// <returns>The connection string for it.</returns>
    public async Task<string> CreateDatabaseAsync()
    {
        var name = "actorchat_" + Guid.NewGuid().ToString("N");
        await RunAsync($"CREATE DATABASE {name}");
        return new NpgsqlConnectionStringBuilder(admin) { Database = name }.ConnectionString;
    }

    public Task RunAsync(string sql) => RunAsync(admin, sql);

    public static async Task RunAsync(string database, string sql)
    {
        await using var connection = new NpgsqlConnection(database + ";Pooling=false");
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand(sql, connection);
        await command.ExecuteNonQueryAsync();
    }

    void RunAsServer(string program, params string[] arguments) => Finish(AsServer(program, arguments));

    /// <summary>A folder of what runs as a user that is not root.</summary>
    internal static void GiveAway(DirectoryInfo folder)
    {
        if (IsRoot) Finish(new ProcessStartInfo("chown", ["postgres", folder.FullName]));
    }

    static void Finish(ProcessStartInfo start)
    {
        start.RedirectStandardOutput = true;
        using var process = Process.Start(start)!;
        if (start.RedirectStandardError) process.BeginErrorReadLine();
        var said = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        Assert.True(process.ExitCode == 0, $"{start.FileName} ended with {process.ExitCode}.\n{said}");
    }

    internal static ProcessStartInfo NotAsRoot(string path, params string[] arguments) => IsRoot
        ? new ProcessStartInfo("setpriv", ["--reuid=postgres", "--regid=postgres", "--clear-groups", "--", path, .. arguments])
        : new ProcessStartInfo(path, arguments);

    // PostgreSQL refuses to run as root.
    ProcessStartInfo AsServer(string program, params string[] arguments)
    {
        var start = NotAsRoot(Path.Combine(Programs!, program), arguments);
        start.RedirectStandardError = true;
        start.WorkingDirectory = folder!.FullName;
        return start;
    }

    void Kill()
    {
        if (process is { HasExited: false }) RunAsServer("pg_ctl", "-D", Data, "stop", "-m", "immediate");
        if (Directory.Exists(folder!.FullName)) folder.Delete(recursive: true); // asked anew: it may be gone since the test ended
    }

    public ValueTask DisposeAsync()
    {
        if (folder is not null) Kill();
        return ValueTask.CompletedTask;
    }
}
