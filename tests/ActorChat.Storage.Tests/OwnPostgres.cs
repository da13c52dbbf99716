using Xunit;

namespace ActorChat.Storage.Tests;

/// <summary>A PostgreSQL for the specs of one class: started by the first that needs it, ended with the last.</summary>
public sealed class OwnPostgres : IAsyncLifetime
{
    PostgresServer? server;

    public async Task<PostgresServer> StartedAsync() => server ??= await PostgresServer.OwnAsync();

    public Task InitializeAsync() => Task.CompletedTask;

    public async Task DisposeAsync()
    {
        if (server is not null) await server.DisposeAsync();
    }
}
