using System.Diagnostics;
using ActorChat.Domain;
using ActorChat.Storage.Postgres;
using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;
using Xunit;

namespace ActorChat.Storage.Tests;

/// <summary>A standby has to confirm every commit, and it is not there.</summary>
public sealed class MissingStandbyTests(OwnPostgres own) : SharedDatabase, IClassFixture<OwnPostgres>
{
    static readonly TimeSpan Answered = TimeSpan.FromSeconds(20);

    static async Task NameStandbyAsync(PostgresServer server, string name)
    {
        await server.RunAsync($"ALTER SYSTEM SET synchronous_standby_names = '{name}'");
        await server.RunAsync("SELECT pg_reload_conf()");
    }

    [Promise("P1")]
    [SkippableFact]
    public async Task What_the_standby_has_not_confirmed_is_not_acknowledged_and_is_there_once_when_it_is_said_again()
    {
        var server = await own.StartedAsync();
        Database = await server.CreateDatabaseAsync();
        var (one, two) = (await NodeAsync("one"), await NodeAsync("two"));
        await NameStandbyAsync(server, "nobody");
        var said = new List<AppendMessage>();
        try
        {
            var hangs = false;
            while (!hangs) // the server takes a new setting when it comes to it
            {
                Assert.True(said.Count < 10_000, "It does not wait for the standby.");
                said.Add(Say.Post($"text {said.Count}"));
                var since = Stopwatch.StartNew();
                try
                {
                    await Commit(one, said[^1]);
                }
                catch (StoreOutcomeUnknownException)
                {
                    hangs = true;
                }
                Assert.True(since.Elapsed < Answered, $"It took {since.Elapsed}.");
            }
            // That it is there already is not confirmed either; where the first is not yet given up, nothing is even tried.
            var again = await Record.ExceptionAsync(() => Commit(one, said[^1]));
            Assert.True(again is StoreOutcomeUnknownException or StoreUnavailableException, $"{again}");
        }
        finally
        {
            await NameStandbyAsync(server, "");
        }

        Assert.Equal(said.Count, Assert.IsType<MessageRepeated>(await PostgresStores.UntilStoredAsync(one, said[^1])).Seq);
        Assert.Equal(said.Select(s => s.Text), (await two.ReadNewAsync(10_000, None)).Events.OfType<MessagePosted>().Select(e => e.Message.Text));
    }

    [SkippableFact]
    public async Task A_notification_that_is_held_up_holds_up_no_commit()
    {
        var server = await own.StartedAsync();
        var plain = await server.CreateDatabaseAsync();
        var options = PostgresStores.Options(plain + ";Options=-c synchronous_commit=local"); // only what this test itself commits waits for the standby
        await using var bus = new NotifyBus(options, "one", NullLogger<NotifyBus>.Instance);
        await using var store = new PostgresChatStore(options, bus, "one", TimeProvider.System, NullLogger<PostgresChatStore>.Instance);
        await store.OpenAsync(None);
        await PostgresServer.RunAsync(plain, "CREATE TABLE other (id int)");
        await NameStandbyAsync(server, "nobody");
        Task holding, waiting;
        try
        {
            do holding = PostgresServer.RunAsync(plain, "INSERT INTO other VALUES (1); NOTIFY other");
            while (!await PostgresServer.UntilSessionAsync(plain, "wait_event = 'SyncRep'", holding)); // it holds the lock that all notifications of a server share
            waiting = PostgresServer.RunAsync(options.ConnectionString, "NOTIFY other");
            Assert.True(await PostgresServer.UntilSessionAsync(plain, "wait_event_type = 'Lock' AND query = 'NOTIFY other'", waiting), "The notification is not held up.");

            for (var n = 1; n <= 20; n++) Assert.Equal(n, Assert.IsType<MessageAppended>(await Commit(store, Say.Post("hello"))).Message.Seq);

            Assert.False(waiting.IsCompleted);
        }
        finally
        {
            await NameStandbyAsync(server, "");
        }
        await Task.WhenAll(holding, waiting);
    }
}
