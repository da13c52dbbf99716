using ActorChat.Domain;

namespace ActorChat.Storage.Tests.Postgres;

/// <summary>Databases that the store does not open. The error is one line for the operator.</summary>
public sealed class PostgresStartTests : NodesOnOneDatabase
{
    [Promise("P8")]
    [SkippableTheory]
    [InlineData("Host=127.0.0.1;Port=1;Username=x;Database=x", "cannot be reached")]
    [InlineData("Data Source=data/actorchat.db", "is not a PostgreSQL connection string")]
    [InlineData("nonsense", "is not a PostgreSQL connection string")]
    public async Task A_database_that_cannot_be_opened_stops_the_start_with_one_line(string database, string problem)
    {
        await using var store = PostgresStores.Create(database);

        var refused = await Assert.ThrowsAsync<StoreStartException>(() => store.OpenAsync(None));

        Assert.Contains(problem, refused.Message, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', refused.Message);
    }

    // Nodes listen for notifications and hold locks on their connections, and a pooler would give those connections to other clients.
    [SkippableTheory]
    [InlineData("transaction", true)]
    [InlineData("session", true)]
    [InlineData("transaction", false)]
    public async Task A_pooler_stops_the_start_with_one_line(string mode, bool ignoresOptions)
    {
        await using var pooler = await PgBouncer.StartAsync(Database, mode, ignoresOptions);
        await using var store = PostgresStores.Create(pooler.Database);

        var refused = await Assert.ThrowsAsync<StoreStartException>(() => store.OpenAsync(None));

        Assert.Contains("a pooler, such as PgBouncer", refused.Message, StringComparison.Ordinal);
        Assert.Contains("Name PostgreSQL itself", refused.Message, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', refused.Message);
    }

    [SkippableFact]
    public async Task A_database_of_another_program_is_rejected()
    {
        await PostgresServer.RunAsync(Database, "CREATE TABLE orders (id int)");
        await using var store = PostgresStores.Create(Database);

        var refused = await Assert.ThrowsAsync<StoreStartException>(() => store.OpenAsync(None));

        Assert.Contains("tables of another program", refused.Message, StringComparison.Ordinal);
    }
}
