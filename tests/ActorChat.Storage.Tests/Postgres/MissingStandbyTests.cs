using System.Diagnostics;
using ActorChat.Domain;
using ActorChat.Storage.Postgres;
using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;

namespace ActorChat.Storage.Tests.Postgres;

/// <summary>A standby has to confirm every commit, but is away.</summary>
public sealed class MissingStandbyTests(PostgresFixture own) : NodesOnOneDatabase, IClassFixture<PostgresFixture>
{
    static readonly TimeSpan AnsweredWithin = TimeSpan.FromSeconds(20);

    static async Task NameStandbyAsync(PostgresServer server, string name)
    {
        await server.RunAsync($"ALTER SYSTEM SET synchronous_standby_names = '{name}'");
        await server.RunAsync("SELECT pg_reload_conf()");
    }

    [Promise("P1")]
    [SkippableFact]
    public async Task A_commit_that_no_standby_confirmed_is_not_acknowledged_and_a_repeat_stores_nothing_twice()
    {
        var server = await own.StartedAsync();
        Database = await server.CreateDatabaseAsync();
        var (one, two) = (await NodeAsync("one"), await NodeAsync("two"));
        await NameStandbyAsync(server, "nobody");
        var sent = new List<AppendMessage>();
        try
        {
            var hangs = false;
            while (!hangs) // it takes a moment until the server applies the new setting
            {
                Assert.True(sent.Count < 10_000, "The server does not wait for the standby.");
                sent.Add(Command.Post($"text {sent.Count}"));
                var since = Stopwatch.StartNew();
                try
                {
                    await Commit(one, sent[^1]);
                }
                catch (StoreOutcomeUnknownException)
                {
                    hangs = true;
                }
                Assert.True(since.Elapsed < AnsweredWithin, $"It took {since.Elapsed}.");
            }
            // The lookup of the repeated key is not confirmed either. If the first call is still running, nothing is tried.
            var again = await Record.ExceptionAsync(() => Commit(one, sent[^1]));
            Assert.True(again is StoreOutcomeUnknownException or StoreUnavailableException, $"{again}");
        }
        finally
        {
            await NameStandbyAsync(server, "");
        }

        Assert.Equal(sent.Count, Assert.IsType<MessageRepeated>(await PostgresStores.UntilStoredAsync(one, sent[^1])).Seq);
        var read = (await two.ReadNewAsync(10_000, None)).Events;
        Assert.Equal(sent.Select(post => post.Text), read.OfType<MessagePosted>().Select(e => e.Message.Text));
    }

    [SkippableFact]
    public async Task A_blocked_notification_blocks_no_commit()
    {
        var server = await own.StartedAsync();
        var plain = await server.CreateDatabaseAsync();
        // Only commits of this test itself wait for the standby.
        var options = PostgresStores.Options(plain + ";Options=-c synchronous_commit=local");
        await using var bus = new NotifyBus(options, "one", NullLogger<NotifyBus>.Instance);
        await using var store = new PostgresChatStore(options, bus, "one", TimeProvider.System, NullLogger<PostgresChatStore>.Instance);
        await store.OpenAsync(None);
        await PostgresServer.RunAsync(plain, "CREATE TABLE other (id int)");
        await NameStandbyAsync(server, "nobody");
        Task holding, waiting;
        try
        {
            do holding = PostgresServer.RunAsync(plain, "INSERT INTO other VALUES (1); NOTIFY other");
            // It holds the lock that all notifications of a server share.
            while (!await PostgresServer.UntilSessionAsync(plain, "wait_event = 'SyncRep'", holding));
            waiting = PostgresServer.RunAsync(options.ConnectionString, "NOTIFY other");
            Assert.True(await PostgresServer.UntilSessionAsync(
                plain, "wait_event_type = 'Lock' AND query = 'NOTIFY other'", waiting), "The notification is not blocked.");

            for (var n = 1; n <= 20; n++) Assert.Equal(
                n, Assert.IsType<MessageAppended>(await Commit(store, Command.Post("hello"))).Message.Seq);

            Assert.False(waiting.IsCompleted);
        }
        finally
        {
            await NameStandbyAsync(server, "");
        }
        await Task.WhenAll(holding, waiting);
    }
}
