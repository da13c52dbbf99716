using System.Globalization;
using System.Net;
using System.Net.Sockets;
using ActorChat.Server.Tests.Clients;
using ActorChat.Server.Tests.Processes;
using ActorChat.Selftest.Processes;

namespace ActorChat.Server.Tests.Hosting;

/// <summary>Configuration errors stop startup with a one-line message on stderr.</summary>
public sealed class StartTests : IDisposable
{
    readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("actorchat-");

    string Database => Path.Combine(folder.FullName, "chat.db");

    Task<FailedStart> FailAsync(params (string Name, string Value)[] settings)
    {
        (string Name, string Value)[] usual =
        [
            ("ASPNETCORE_URLS", string.Create(CultureInfo.InvariantCulture, $"http://127.0.0.1:{LoopbackPort.Free()}")),
            ("Storage__ConnectionString", $"Data Source={Database}"),
        ];
        return FailedStart.OfAsync(folder.FullName, [.. usual.Where(u => settings.All(s => s.Name != u.Name)), .. settings]);
    }

    static void AssertOneLine(FailedStart failed, string about)
    {
        Assert.NotEqual(0, failed.ExitCode);
        Assert.True(failed.Errors.Count == 1, $"Expected one line:\n{failed.Log}");
        Assert.Contains(about, failed.Errors[0], StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain(" at ActorChat.", failed.Log, StringComparison.Ordinal);
    }

    [Promise("P12")]
    [Theory]
    [InlineData("Limits__Nonsense", "1", "Nonsense")]
    [InlineData("Storage__Conection", "x", "Conection")]
    [InlineData("Limits__TextBytes", "many", "TextBytes")]
    [InlineData("Limits__TextBytes", "0", "TextBytes")]
    [InlineData("Limits__FrameBytes", "5", "FrameBytes")]
    [InlineData("Limits__MessagesPerSecond", "-1", "MessagesPerSecond")]
    [InlineData("Limits__MessagesPerSecond", "NaN", "MessagesPerSecond")]
    [InlineData("Limits__RequestsPerSecond", "-1", "RequestsPerSecond")]
    [InlineData("Limits__RequestsBurst", "0", "RequestsBurst")]
    [InlineData("Limits__Connections", "-1", "Limits:Connections")]
    [InlineData("Limits__ConnectionsBeforeHello", "1", "ConnectionsBeforeHello")]
    [InlineData("Limits__HandshakesPerSecond", "fast", "HandshakesPerSecond")]
    [InlineData("Limits__HandshakesBurst", "0", "HandshakesBurst")]
    [InlineData("Storage__Synchronous", "OFF", "Synchronous")]
    [InlineData("Storage__Provider", "oracle", "Provider")]
    [InlineData("Storage__ConnectionString", "", "ConnectionString")]
    [InlineData("Storage__ConnectionString", "Data Source=:memory:", "ConnectionString")]
    [InlineData("Storage__ConnectionString", "Nonsense=1", "ConnectionString")]
    [InlineData("Storage__ConnectionString", "Data Source=/proc/actorchat/chat.db", "/proc/actorchat")]
    [InlineData("Ai__Provider", "oracle", "Provider")]
    [InlineData("Ai__MockDelayMs", "-5", "MockDelayMs")]
    [InlineData("Auth__AllowedOrigins__0", "chat.example.org", "AllowedOrigins")]
    [InlineData("Auth__AllowedHosts__0", "http://chat.example.org", "AllowedHosts")]
    [InlineData("Auth__AllowNullOrigin", "perhaps", "AllowNullOrigin")]
    [InlineData("ASPNETCORE_URLS", "nonsense", "nonsense")]
    public async Task An_invalid_setting_stops_startup_with_one_line_that_names_it(string name, string value, string about) =>
        AssertOneLine(await FailAsync((name, value)), about);

    [Fact]
    public async Task A_file_that_is_not_a_database_stops_startup_and_is_not_changed()
    {
        var content = "this is a text file and not a database\n" + new string('x', 5000);
        await File.WriteAllTextAsync(Database, content);
        AssertOneLine(await FailAsync(), "chat.db");
        Assert.Equal(content, await File.ReadAllTextAsync(Database));
    }

    [Fact]
    public async Task A_folder_with_the_name_of_the_database_stops_startup()
    {
        Directory.CreateDirectory(Database);
        AssertOneLine(await FailAsync(), "chat.db");
    }

    [Promise("P8")]
    [SkippableFact]
    public async Task A_folder_without_write_access_stops_startup()
    {
        using var disk = SmallDisk.Mount(megabytes: 4);
        disk.MakeReadOnly();
        AssertOneLine(await FailAsync(("Storage__ConnectionString", $"Data Source={disk.Database}")), "chat.db");
    }

    [Promise("P8")]
    [SkippableFact]
    public async Task A_database_on_a_read_only_disk_stops_startup()
    {
        using var disk = SmallDisk.Mount(megabytes: 4);
        await using (var server = await ServerProcess.StartAsync(("Storage__ConnectionString", $"Data Source={disk.Database}")))
            await server.StopAsync();
        disk.MakeReadOnly();
        AssertOneLine(await FailAsync(("Storage__ConnectionString", $"Data Source={disk.Database}")), "chat.db");
    }

    [Promise("P8")]
    [SkippableFact]
    public async Task A_full_disk_stops_startup()
    {
        using var disk = SmallDisk.Mount(megabytes: 4);
        disk.Fill();
        AssertOneLine(await FailAsync(("Storage__ConnectionString", $"Data Source={disk.Database}")), "chat.db");
    }

    [Fact]
    public async Task A_database_that_another_program_has_locked_stops_startup_in_bounded_time()
    {
        await using (var server = ServerProcess.Prepare(("Storage__ConnectionString", $"Data Source={Database}")))
        {
            await server.StartAgainAsync();
            await server.StopAsync();
        }
        await using var connection = new Microsoft.Data.Sqlite.SqliteConnection($"Data Source={Database};Pooling=False");
        await connection.OpenAsync();
        await using var locking = connection.CreateCommand();
        locking.CommandText = "BEGIN EXCLUSIVE; UPDATE meta SET value = value";
        await locking.ExecuteNonQueryAsync();
        AssertOneLine(await FailAsync(), "locked");
    }

    [Promise("P12")]
    [Fact]
    public async Task A_port_in_use_stops_startup()
    {
        using var other = new TcpListener(IPAddress.Loopback, 0);
        other.Start();
        var port = ((IPEndPoint)other.LocalEndpoint).Port.ToString(CultureInfo.InvariantCulture);
        AssertOneLine(await FailAsync(("ASPNETCORE_URLS", $"http://127.0.0.1:{port}")), port);
    }

    [Fact]
    public async Task A_database_that_another_server_uses_stops_startup_and_does_not_disturb_that_server()
    {
        await using var first = await ServerProcess.StartAsync();
        AssertOneLine(await FailAsync(("Storage__ConnectionString", $"Data Source={first.Database}")), "in use");
        await using var client = await ChatClient.JoinAsync(first);
        await client.SaidAsync("undisturbed");
    }

    public void Dispose() => folder.Delete(recursive: true);
}
