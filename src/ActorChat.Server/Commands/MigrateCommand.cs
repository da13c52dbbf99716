using System.CommandLine;
using ActorChat.Domain;
using ActorChat.Server.Options;
using ActorChat.Storage;
using ActorChat.Storage.Moving;

namespace ActorChat.Server.Commands;

/// <summary>
/// <c>migrate --from "data/actorchat.db" --to "Host=…"</c> copies the history from the SQLite file into an empty PostgreSQL database.
/// </summary>
static class MigrateCommand
{
    const string DataSource = "Data Source=";

    public static Command Create()
    {
        var from = new Option<string>("--from") { Description = "The SQLite file.", HelpName = "file", Required = true };
        var to = new Option<string>("--to")
        {
            Description = "The connection string of an empty PostgreSQL database.", HelpName = "connection string", Required = true,
        };
        var command = new Command("migrate", "Copies the history from the SQLite file into an empty PostgreSQL database and compares both.")
        {
            from, to,
        };
        command.SetAction(parsed => RunAsync(PathOf(parsed.GetRequiredValue(from)), parsed.GetRequiredValue(to)));
        return command;
    }

    static async Task<int> RunAsync(string from, string to)
    {
        if (!File.Exists(from))
        {
            await Console.Error.WriteLineAsync($"ActorChat cannot migrate: there is no file {from}.");
            return 1;
        }
        var source = new StorageOptions { ConnectionString = DataSource + from };
        var target = new StorageOptions { Provider = StorageOptions.Postgres, ConnectionString = to };
        try
        {
            var moved = await new StoreMove(source, target, TimeProvider.System, Console.WriteLine).RunAsync(CancellationToken.None);
            Console.WriteLine(
                $"{moved} entries moved and compared. Start the server with Storage__Provider=postgres and this connection string. " +
                "Clients resume without a reset.");
            return 0;
        }
        catch (Exception e) when (e is StartException or StoreStartException)
        {
            await Console.Error.WriteLineAsync($"ActorChat cannot migrate: {e.Message.ReplaceLineEndings(" ")}");
            return 1;
        }
    }

    static string PathOf(string from) => from.StartsWith(DataSource, StringComparison.OrdinalIgnoreCase) ? from[DataSource.Length..] : from;
}
