using System.Diagnostics;
using System.Net;
using ActorChat.Server.Tests.Clients;
using ActorChat.Server.Tests.Processes;
using Microsoft.Data.Sqlite;

namespace ActorChat.Server.Tests.Hosting;

public sealed class StoreTroubleTests
{
    static readonly TimeSpan Bounded = TimeSpan.FromSeconds(8); // five, and what a busy machine adds

    [Fact]
    public async Task While_another_program_holds_the_database_sends_are_unavailable_reading_goes_on_and_writing_comes_back()
    {
        await using var server = await ServerProcess.StartAsync();
        await using var ann = await ChatClient.JoinAsync(server);
        await ann.SaidAsync("before");
        var key = ChatClient.NewKey();

        await using (var connection = new SqliteConnection($"Data Source={server.Database};Pooling=False"))
        {
            await connection.OpenAsync();
            await using var locking = connection.CreateCommand();
            locking.CommandText = "BEGIN IMMEDIATE";
            await locking.ExecuteNonQueryAsync();
            var waited = Stopwatch.StartNew();

            var refused = await ann.SayAsync("meanwhile", key);
            Assert.True(waited.Elapsed < Bounded, $"It took {waited.Elapsed}.");
            Assert.Equal(("unavailable", true), (refused.Code, refused["retry"].GetBoolean()));
            Assert.True(refused["after_ms"].GetInt32() > 0);
            var page = await ann.AskAsync(new { type = "history", conversation = "default", before = 100 });
            Assert.Equal(1, page["messages"].GetArrayLength());
            using var ready = await server.Http.GetAsync(new Uri("readyz", UriKind.Relative));
            Assert.Equal(HttpStatusCode.ServiceUnavailable, ready.StatusCode);
            using var alive = await server.Http.GetAsync(new Uri("healthz", UriKind.Relative));
            Assert.Equal(HttpStatusCode.OK, alive.StatusCode);

            locking.CommandText = "ROLLBACK";
            await locking.ExecuteNonQueryAsync();
        }

        var said = await ann.SayAsync("meanwhile", key);
        Assert.Equal(("ok", 2L, false), (said.Type, said.Seq!.Value, said["duplicate"].GetBoolean()));
        server.AssertCalm();
    }
}
