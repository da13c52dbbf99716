using System.Collections.Concurrent;
using System.Diagnostics;
using ActorChat.Domain;
using ActorChat.Storage.Postgres;
using Microsoft.Extensions.Logging.Abstractions;

namespace ActorChat.Storage.Tests.Postgres;

/// <summary>Notifications and ephemeral events between nodes, and how a node recovers when it is disconnected.</summary>
public sealed class NotifyBusTests : IAsyncLifetime
{
    static readonly ConversationId Room = ConversationId.Default;

    readonly List<Node> nodes = [];
    string database = "";

    public async Task InitializeAsync() => database = await (await PostgresServer.SharedAsync()).CreateDatabaseAsync();

    public async Task DisposeAsync()
    {
        foreach (var node in nodes) await node.Bus.DisposeAsync();
    }

    async Task<Node> StartAsync(string name, string? otherDatabase = null)
    {
        var bus = new NotifyBus(PostgresStores.Options(otherDatabase ?? database), name, NullLogger<NotifyBus>.Instance);
        var node = new Node(bus);
        nodes.Add(node);
        await bus.StartAsync(CancellationToken.None);
        await Deadline.UntilAsync(() => node.Notifications > 0, "A bus that begins to listen does not cause a first read.");
        return node;
    }

    sealed class Node
    {
        int notifications;

        public Node(NotifyBus bus)
        {
            Bus = bus;
            bus.OnNotified(() => Interlocked.Increment(ref notifications));
            bus.OnEphemeralEvent(Received.Enqueue);
        }

        public NotifyBus Bus { get; }

        public int Notifications => Volatile.Read(ref notifications);

        public ConcurrentQueue<NodeNews> Received { get; } = new();
    }

    [SkippableFact]
    public async Task A_notification_reaches_the_other_nodes()
    {
        var (one, two, three) = (await StartAsync("one"), await StartAsync("two"), await StartAsync("three"));
        // After five quiet seconds a node sends itself a notification, to check its connection. Then this test has to try again, because it
        // could not tell that notification from an echo.
        Stopwatch since;
        (int One, int Two, int Three) before;
        do
        {
            (since, before) = (Stopwatch.StartNew(), (one.Notifications, two.Notifications, three.Notifications));
            one.Bus.NotifyOthers();
            await Deadline.UntilAsync(
                () => two.Notifications > before.Two && three.Notifications > before.Three, "The notification did not arrive.");
        }
        while (since.Elapsed > TimeSpan.FromSeconds(2) && one.Notifications > before.One);
        Assert.Equal(before.One, one.Notifications);
    }

    [SkippableFact]
    public async Task A_thousand_notifications_are_merged_into_few()
    {
        var (one, two) = (await StartAsync("one"), await StartAsync("two"));
        var before = two.Notifications;
        for (var i = 0; i < 1000; i++) one.Bus.NotifyOthers();
        one.Bus.Publish(new UserTyped(Room, Command.Ann));
        // They have separate connections.
        await Deadline.UntilAsync(
            () => !two.Received.IsEmpty && two.Notifications > before, "The event or the notification did not arrive.");
        Assert.InRange(two.Notifications - before, 1, 100);
    }

    [SkippableFact]
    public async Task Ephemeral_events_of_every_kind_arrive_unchanged_and_in_order()
    {
        var (one, two) = (await StartAsync("one"), await StartAsync("two"));
        NodeNews[] events =
        [
            new UserTyped(Room, new Author(new UserId("u-1"), "O'Hara \"\\ 漢字 😀")),
            new AnswerSaid(Room, 7, 3, new string('\u0001', 1000)), // these characters need the most bytes in JSON
            new AnswerWanted(Room, 7, 1003),
            new UserRead(Room, new UserId("u-1"), 7),
            new PeopleHere(Room, "one", [Command.Ann, Command.Bob]),
            new PeopleGone(Room, "one", [Command.Bob.Id]),
        ];
        foreach (var item in events) one.Bus.Publish(item);
        await Deadline.UntilAsync(() => two.Received.Count == events.Length, "Some events did not arrive.");
        Assert.Equal(events.Select(Text), two.Received.Select(Text));
        Assert.Empty(one.Received);

        static string Text(NodeNews item) => item switch
        {
            PeopleHere here => $"{here.Node} {string.Join(' ', here.People)}",
            PeopleGone gone => $"{gone.Node} {string.Join(' ', gone.People)}",
            _ => item.ToString()!,
        };
    }

    [SkippableFact]
    public async Task An_unknown_or_broken_payload_is_ignored()
    {
        var (one, two) = (await StartAsync("one"), await StartAsync("two"));
        const string OfALaterVersion = """{"node":"x","news":[{"is":"of a later version","in":"default"},{}]}""";
        foreach (var payload in new[] { "", "{", "[]", "{\"node\":1}", OfALaterVersion })
            await PostgresServer.RunAsync(database, $"SELECT pg_notify('actorchat_news', '{payload}')");
        one.Bus.Publish(new UserTyped(Room, Command.Ann));
        await Deadline.UntilAsync(() => !two.Received.IsEmpty, "The event did not arrive.");
        Assert.Equal(new UserTyped(Room, Command.Ann), Assert.Single(two.Received));
    }

    [Promise("P13")]
    [SkippableFact]
    public async Task A_listener_whose_connection_ends_connects_again_and_causes_a_read()
    {
        var (one, two) = (await StartAsync("one"), await StartAsync("two"));
        var before = two.Notifications;
        await PostgresServer.RunAsync(database, """
            SELECT pg_terminate_backend(pid) FROM pg_stat_activity
            WHERE application_name = 'actorchat bus' AND datname = current_database()
            """);
        await Deadline.UntilAsync(() => two.Notifications > before, "It does not connect again.");
        // The sending connections are broken as well, and are replaced.
        await Deadline.UntilAsync(() =>
        {
            one.Bus.Publish(new UserTyped(Room, Command.Ann));
            return !two.Received.IsEmpty;
        }, "The event did not arrive.");
    }

    [Promise("P13")]
    [SkippableFact]
    public async Task A_listener_notices_a_dead_connection_by_itself()
    {
        var settings = new Npgsql.NpgsqlConnectionStringBuilder(database);
        await using var proxy = new FaultyProxy(settings.Port);
        (settings.Host, settings.Port) = ("127.0.0.1", proxy.Port);
        var one = await StartAsync("one", settings.ConnectionString);
        var before = one.Notifications;
        proxy.SilenceOpenConnections();
        await Deadline.UntilAsync(() => one.Notifications > before, "It does not notice."); // the old connection stays open, but silent
    }
}
