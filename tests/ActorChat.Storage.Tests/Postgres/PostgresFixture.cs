
namespace ActorChat.Storage.Tests.Postgres;

/// <summary>A PostgreSQL server for the tests of one class: the first test that needs it starts it, and it ends with the last.</summary>
public sealed class PostgresFixture : IAsyncLifetime
{
    PostgresServer? server;

    internal async Task<PostgresServer> StartedAsync() => server ??= await PostgresServer.OwnAsync();

    public Task InitializeAsync() => Task.CompletedTask;

    public async Task DisposeAsync()
    {
        if (server is not null) await server.DisposeAsync();
    }
}
