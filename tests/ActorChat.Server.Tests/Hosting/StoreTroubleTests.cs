using System.Diagnostics;
using System.Net;
using ActorChat.Server.Tests.Clients;
using ActorChat.Server.Tests.Processes;
using Microsoft.Data.Sqlite;

namespace ActorChat.Server.Tests.Hosting;

public sealed class StoreTroubleTests
{
    static readonly TimeSpan Bounded = TimeSpan.FromSeconds(20); // about 5 s on an idle machine

    [Promise("P8")]
    [Fact]
    public async Task While_another_program_locks_the_database_sends_get_unavailable_and_reads_work()
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
        Assert.Equal(("ok", 2L), (said.Type, said.Seq!.Value)); // a duplicate if the first attempt was stored after all
        server.AssertCalm();
    }

    [Promise("P8")]
    [Fact]
    public async Task While_the_database_is_locked_every_request_is_answered_in_bounded_time()
    {
        await using var server = await ServerProcess.StartAsync(("Limits__MessagesPerSecond", "0"));
        var clients = await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => ChatClient.JoinAsync(server)));
        var keys = clients.Select(_ => Enumerable.Range(0, 20).Select(_ => ChatClient.NewKey()).ToArray()).ToArray();
        await using (var connection = new SqliteConnection($"Data Source={server.Database};Pooling=False"))
        {
            await connection.OpenAsync();
            await using var locking = connection.CreateCommand();
            locking.CommandText = "BEGIN IMMEDIATE";
            await locking.ExecuteNonQueryAsync();

            for (var round = 0; round < 2; round++)
            {
                var replies = await Task.WhenAll(clients.SelectMany((client, c) => keys[c].Select(async key =>
                {
                    var since = Stopwatch.StartNew();
                    return (Reply: await client.SayAsync("meanwhile", key), since.Elapsed);
                })));
                Assert.All(replies, r => Assert.Equal(("unavailable", true), (r.Reply.Code, r.Reply["retry"].GetBoolean())));
                Assert.All(replies, r => Assert.True(r.Elapsed < Bounded, $"It took {r.Elapsed}."));
            }
            await using var late = await ChatClient.ConnectAsync(server); // a new client gets the error, too
            await late.SendAsync(new { type = "hello", id = 1, name = ChatClient.NewName() });
            Assert.Equal("unavailable", (await late.ExpectAsync(f => f.Type == "error")).Code);

            locking.CommandText = "ROLLBACK";
            await locking.ExecuteNonQueryAsync();
        }

        var said = await Task.WhenAll(clients.SelectMany((client, c) => keys[c].Select(key => client.SayAsync("meanwhile", key))));
        Assert.All(said, r => Assert.Equal("ok", r.Type));
        Assert.Equal(Enumerable.Range(1, 400).Select(i => (long)i), said.Select(r => r.Seq!.Value).Order());
        foreach (var client in clients) await client.DisposeAsync();
        server.AssertCalm();
    }

    [Promise("P8")]
    [SkippableFact]
    public async Task While_the_disk_is_full_sends_get_unavailable_and_reads_work()
    {
        using var disk = SmallDisk.Mount(megabytes: 6);
        await using var server = await ServerProcess.StartAsync(
            ("Limits__MessagesPerSecond", "0"), ("Storage__ConnectionString", $"Data Source={disk.Database}"));
        await using var ann = await ChatClient.JoinAsync(server);
        await using var bob = await ChatClient.JoinAsync(server);
        await ann.SaidAsync("before");
        disk.Fill();
        var text = new string('x', 16_000);
        var (said, key) = (1, ChatClient.NewKey());
        var since = Stopwatch.StartNew();
        Frame reply;
        while ((reply = await ann.SayAsync(text, key)).Type == "ok") // the files still have some free space inside
        {
            said++;
            Assert.True(said < 500, "The disk is not full.");
            key = ChatClient.NewKey();
            since.Restart();
        }

        Assert.Equal(("unavailable", true), (reply.Code, reply["retry"].GetBoolean()));
        Assert.True(since.Elapsed < Bounded, $"It took {since.Elapsed}.");
        Assert.Equal("unavailable", (await bob.SayAsync(text)).Code);
        var page = await bob.AskAsync(new { type = "history", conversation = "default", before = 100 });
        Assert.Equal(Math.Min(said, 50), page["messages"].GetArrayLength());
        using (var ready = await server.Http.GetAsync(new Uri("readyz", UriKind.Relative)))
            Assert.Equal(HttpStatusCode.ServiceUnavailable, ready.StatusCode);

        disk.MakeRoom();

        await Deadline.UntilAsync(
            async () => (reply = await ann.SayAsync(text, key)).Type == "ok",
            Deadline.Usual, () => $"The store does not recover: {reply.Text}");
        Assert.Equal((said + 1, false), ((int)reply.Seq!.Value, reply["duplicate"].GetBoolean()));
        await bob.ExpectEventAsync(said + 1);
        server.AssertCalm();
        Assert.Equal(0, (await server.StopAsync()).Code);
    }

    [Fact]
    public async Task A_deleted_database_refuses_sends_but_answers_reads_and_the_next_start_creates_a_new_one()
    {
        await using var server = await ServerProcess.StartAsync();
        await using var ann = await ChatClient.JoinAsync(server);
        await ann.SaidAsync("before");
        await ann.AskAsync(new { type = "history", conversation = "default", before = 100 });
        foreach (var file in Directory.GetFiles(server.Folder, "actorchat.db*")) File.Delete(file);
        var since = Stopwatch.StartNew();

        Assert.Equal("unavailable", (await ann.SayAsync("not stored")).Code);

        Assert.True(since.Elapsed < Bounded, $"It took {since.Elapsed}.");
        var page = await ann.AskAsync(new { type = "history", conversation = "default", before = 100 });
        Assert.Equal(1, page["messages"].GetArrayLength());
        server.AssertCalm();
        Assert.Equal(0, (await server.StopAsync()).Code);
        await server.StartAgainAsync();
        await using var bob = await ChatClient.JoinAsync(server);
        Assert.Equal(1, await bob.SaidAsync("the first of a new log"));
        Assert.NotEqual(ann.Epoch, bob.Epoch);
    }
}
