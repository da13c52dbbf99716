using ActorChat.Domain;
using ActorChat.Server.Options;
using ActorChat.Storage;
using ActorChat.Storage.Moving;

namespace ActorChat.Server.Commands;

/// <summary><c>migrate --from "data/actorchat.db" --to "Host=…"</c>: moves the history from the embedded store into PostgreSQL.</summary>
public static class MigrateCommand
{
    public const string Name = "migrate";

    const string Usage = "usage: migrate --from \"<SQLite file>\" --to \"<PostgreSQL connection string>\"";

    /// <returns>The exit code: 0 done, 1 not done, 2 the call's words are off.</returns>
    public static async Task<int> RunAsync(string[] options)
    {
        if (Read(options) is not var (from, to))
        {
            await Console.Error.WriteLineAsync(Usage);
            return 2;
        }
        if (!File.Exists(from))
        {
            await Console.Error.WriteLineAsync($"ActorChat cannot migrate: there is no file {from}.");
            return 1;
        }
        var source = new StorageOptions { ConnectionString = $"Data Source={from}" };
        var target = new StorageOptions { Provider = StorageOptions.Postgres, ConnectionString = to };
        try
        {
            var moved = await new StoreMove(source, target, Console.WriteLine).RunAsync(CancellationToken.None);
            Console.WriteLine($"{moved} entries moved and compared. Start the server with Storage__Provider=postgres and this connection string; clients resume where they were.");
            return 0;
        }
        catch (Exception e) when (e is StartException or StoreStartException)
        {
            await Console.Error.WriteLineAsync($"ActorChat cannot migrate: {e.Message.ReplaceLineEndings(" ")}");
            return 1;
        }
    }

    static (string From, string To)? Read(string[] options) => options switch
    {
        ["--from", var from, "--to", var to] => (PathOf(from), to),
        ["--to", var to, "--from", var from] => (PathOf(from), to),
        _ => null,
    };

    static string PathOf(string from) => from.StartsWith("Data Source=", StringComparison.OrdinalIgnoreCase) ? from["Data Source=".Length..] : from;
}
