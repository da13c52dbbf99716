using System.Collections.Concurrent;
using System.Diagnostics;
using ActorChat.Domain;
using ActorChat.Storage.Postgres;
using Microsoft.Extensions.Logging.Abstractions;
using Xunit;

namespace ActorChat.Storage.Tests;

/// <summary>What nodes tell one another through PostgreSQL, and how they hear again when they were cut off.</summary>
public sealed class NotifyBusTests : IAsyncLifetime
{
    static readonly ConversationId Room = ConversationId.Default;
    static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    string _database = "";
    readonly List<Node> _nodes = [];

    public async Task InitializeAsync() => _database = await (await PostgresServer.SharedAsync()).CreateDatabaseAsync();

    public async Task DisposeAsync()
    {
        foreach (var node in _nodes) await node.Bus.DisposeAsync();
    }

    async Task<Node> StartAsync(string name, string? database = null)
    {
        var bus = new NotifyBus(new StorageOptions { Provider = "postgres", ConnectionString = database ?? _database }, name, NullLogger<NotifyBus>.Instance);
        var node = new Node(bus);
        _nodes.Add(node);
        await bus.StartAsync(CancellationToken.None);
        await UntilAsync(() => node.Rings > 0, "A bus that begins to listen says so."); // whatever was written before
        return node;
    }

    static async Task UntilAsync(Func<bool> holds, string orElse)
    {
        for (var since = System.Diagnostics.Stopwatch.StartNew(); !holds(); await Task.Delay(20)) Assert.True(since.Elapsed < Patience, orElse);
    }

    sealed class Node
    {
        int rings;

        public Node(NotifyBus bus)
        {
            Bus = bus;
            bus.OnNotified(() => Interlocked.Increment(ref rings));
            bus.OnEphemeralEvent(Heard.Enqueue);
        }

        public NotifyBus Bus { get; }

        public int Rings => Volatile.Read(ref rings);

        public ConcurrentQueue<NodeNews> Heard { get; } = new();
    }

    [SkippableFact]
    public async Task A_doorbell_is_heard_by_the_others()
    {
        var (one, two, three) = (await StartAsync("one"), await StartAsync("two"), await StartAsync("three"));
        // After five quiet seconds a node rings for itself, to hear whether it would hear: then it says nothing about a doorbell's own echo.
        Stopwatch since;
        (int One, int Two, int Three) before;
        do
        {
            (since, before) = (Stopwatch.StartNew(), (one.Rings, two.Rings, three.Rings));
            one.Bus.NotifyOthers();
            await UntilAsync(() => two.Rings > before.Two && three.Rings > before.Three, "The doorbell was not heard.");
        }
        while (since.Elapsed > TimeSpan.FromSeconds(2) && one.Rings > before.One);
        Assert.Equal(before.One, one.Rings);
    }

    [SkippableFact]
    public async Task A_thousand_rings_are_few_doorbells()
    {
        var (one, two) = (await StartAsync("one"), await StartAsync("two"));
        var before = two.Rings;
        for (var i = 0; i < 1000; i++) one.Bus.NotifyOthers();
        one.Bus.Publish(new UserTyped(Room, Say.Ann));
        await UntilAsync(() => !two.Heard.IsEmpty && two.Rings > before, "The news or the doorbell were not heard."); // each comes its own way
        Assert.InRange(two.Rings - before, 1, 100);
    }

    [SkippableFact]
    public async Task News_of_every_kind_arrive_as_they_were_told_in_their_order()
    {
        var (one, two) = (await StartAsync("one"), await StartAsync("two"));
        NodeNews[] news =
        [
            new UserTyped(Room, new Author(new UserId("u-1"), "O'Hara \"\\ 漢字 😀")),
            new AnswerSaid(Room, 7, 3, new string('\u0001', 1000)), // what takes the most room
            new AnswerWanted(Room, 7, 1003),
            new UserRead(Room, new UserId("u-1"), 7),
            new PeopleHere(Room, "one", [Say.Ann, Say.Bob]),
            new PeopleGone(Room, "one", [Say.Bob.Id]),
        ];
        foreach (var item in news) one.Bus.Publish(item);
        await UntilAsync(() => two.Heard.Count == news.Length, "Some news were not heard.");
        Assert.Equal(news.Select(Told), two.Heard.Select(Told));
        Assert.Empty(one.Heard);

        static string Told(NodeNews item) => item switch
        {
            PeopleHere here => $"{here.Node} {string.Join(' ', here.People)}",
            PeopleGone gone => $"{gone.Node} {string.Join(' ', gone.People)}",
            _ => item.ToString()!,
        };
    }

    [SkippableFact]
    public async Task What_cannot_be_understood_is_passed_over()
    {
        var (one, two) = (await StartAsync("one"), await StartAsync("two"));
        foreach (var payload in new[] { "", "{", "[]", "{\"node\":1}", "{\"node\":\"x\",\"news\":[{\"is\":\"of a later version\",\"in\":\"default\"},{}]}" })
            await PostgresServer.RunAsync(_database, $"SELECT pg_notify('actorchat_news', '{payload}')");
        one.Bus.Publish(new UserTyped(Room, Say.Ann));
        await UntilAsync(() => !two.Heard.IsEmpty, "The news were not heard.");
        Assert.Equal(new UserTyped(Room, Say.Ann), Assert.Single(two.Heard));
    }

    [Promise("P13")]
    [SkippableFact]
    public async Task A_listener_whose_connection_is_ended_listens_again_and_has_the_log_looked_at()
    {
        var (one, two) = (await StartAsync("one"), await StartAsync("two"));
        var before = two.Rings;
        await PostgresServer.RunAsync(_database, "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'actorchat bus' AND datname = current_database()");
        await UntilAsync(() => two.Rings > before, "It does not listen again.");
        // The connections for telling are broken as well, and are made anew.
        await UntilAsync(() =>
        {
            one.Bus.Publish(new UserTyped(Room, Say.Ann));
            return !two.Heard.IsEmpty;
        }, "The news were not heard.");
    }

    [Promise("P13")]
    [SkippableFact]
    public async Task A_listener_that_is_cut_off_without_knowing_it_notices_by_itself()
    {
        var way = new Npgsql.NpgsqlConnectionStringBuilder(_database);
        await using var proxy = new CuttingProxy(way.Port);
        (way.Host, way.Port) = ("127.0.0.1", proxy.Port);
        var one = await StartAsync("one", way.ConnectionString);
        var before = one.Rings;
        proxy.SwallowWhatIsOpen();
        await UntilAsync(() => one.Rings > before, "It does not notice."); // the old connection stays open, and says nothing
    }
}
