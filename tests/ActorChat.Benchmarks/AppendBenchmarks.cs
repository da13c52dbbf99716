using System.Diagnostics.CodeAnalysis;
using ActorChat.Domain;
using ActorChat.Storage;
using ActorChat.Storage.Sqlite;
using BenchmarkDotNet.Attributes;
using Microsoft.Extensions.Logging.Abstractions;

namespace ActorChat.Benchmarks;

/// <summary>A commit of so many messages into SQLite, synced to the disk where it is FULL. The times are for the commit.</summary>
/// <remarks>Everything waits here: what is measured in this process is not waited for by the runner, not even its setup.</remarks>
[SuppressMessage("Design", "CA1001", Justification = "The runner calls Close.")]
public class AppendBenchmarks
{
    DirectoryInfo folder = null!;
    SqliteChatStore store = null!;
    long number;

    [Params("FULL", "NORMAL")]
    public string Synchronous { get; set; } = "";

    [Params(1, 32, 256)]
    public int Messages { get; set; }

    [GlobalSetup]
    public void Open()
    {
        folder = Directory.CreateTempSubdirectory("actorchat-");
        var options = new StorageOptions { ConnectionString = $"Data Source={Path.Combine(folder.FullName, "chat.db")}",
            Synchronous = Synchronous };
        store = new SqliteChatStore(options, TimeProvider.System, NullLogger<SqliteChatStore>.Instance);
        store.OpenAsync(CancellationToken.None).GetAwaiter().GetResult();
    }

    [GlobalCleanup]
    public void Close()
    {
        store.DisposeAsync().AsTask().GetAwaiter().GetResult();
        folder.Delete(recursive: true);
    }

    [Benchmark]
    public IReadOnlyList<StoreOutcome> Commit() => store.CommitAsync(
        [.. Enumerable.Range(0, Messages).Select(
            _ => new AppendMessage(ConversationId.Default, Samples.Ann, MessageKind.User, Samples.Text, $"{Guid.NewGuid():N}-{++number}"))],
        CancellationToken.None).GetAwaiter().GetResult();
}
