using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using ActorChat.Actors.Telemetry;
using ActorChat.Domain;
using ActorChat.Protocol;
using ActorChat.Server.Sockets.Limits;

namespace ActorChat.Server.Tests.Sockets.Limits;

public sealed class ConnectionLimiterTests
{
    static ConnectionPlace? Enter(ConnectionLimiter limiter, string address) => limiter.TryEnter(address).Place;

    [Fact]
    public void Connections_over_the_limit_of_an_address_are_accepted_and_then_closed_with_a_reason()
    {
        using var limiter = new ConnectionLimiter(new LimitsOptions { ConnectionsPerAddress = 2 });
        var (one, two) = (Enter(limiter, "a")!, Enter(limiter, "a")!);
        Assert.False(one.IsTooMany || two.IsTooMany);
        using (var three = Enter(limiter, "a")!) Assert.True(three.IsTooMany);
        Assert.False(Enter(limiter, "b")!.IsTooMany);
        one.Dispose();
        one.Dispose(); // has no effect the second time
        Assert.False(Enter(limiter, "a")!.IsTooMany);
        Assert.True(Enter(limiter, "a")!.IsTooMany);
    }

    [Fact]
    public void The_server_refuses_connections_over_its_limit_until_one_ends()
    {
        using var limiter = new ConnectionLimiter(new LimitsOptions { Connections = 2 });
        var one = Enter(limiter, "a")!;
        Assert.NotNull(Enter(limiter, "b"));
        var (place, why, retryAfter) = limiter.TryEnter("c");
        Assert.Null(place);
        Assert.Equal((RefusedFor.Process, true), (why, retryAfter > TimeSpan.Zero));
        one.Dispose();
        Assert.NotNull(Enter(limiter, "c"));
    }

    [Fact]
    public void Connections_before_hello_are_limited_and_one_address_gets_half_of_them()
    {
        using var limiter = new ConnectionLimiter(new LimitsOptions { ConnectionsBeforeHello = 4 });
        var (one, two) = (Enter(limiter, "a")!, Enter(limiter, "a")!);
        Assert.Equal(RefusedFor.Hello, limiter.TryEnter("a").Why);
        Assert.True(Enter(limiter, "b") is not null && Enter(limiter, "b") is not null);
        Assert.Equal(RefusedFor.Hello, limiter.TryEnter("c").Why);
        one.SaidHello();
        one.SaidHello();
        Assert.NotNull(Enter(limiter, "c"));
        Assert.Null(Enter(limiter, "c"));
        two.Dispose();
        Assert.NotNull(Enter(limiter, "a"));
    }

    [Fact]
    public void A_connection_that_is_refused_before_hello_does_not_count_for_the_server()
    {
        using var limiter = new ConnectionLimiter(new LimitsOptions { Connections = 2, ConnectionsBeforeHello = 2 });
        var one = Enter(limiter, "a")!;
        for (var i = 0; i < 5; i++) Assert.Equal(RefusedFor.Hello, limiter.TryEnter("a").Why);
        one.SaidHello();
        Assert.NotNull(Enter(limiter, "a"));
        Assert.Equal(RefusedFor.Process, limiter.TryEnter("a").Why);
    }

    [Fact]
    public void Handshakes_of_an_address_have_a_rate_and_closing_a_connection_does_not_refill_it()
    {
        using var limiter = new ConnectionLimiter(new LimitsOptions { HandshakesPerSecond = 0.01, HandshakesBurst = 2 });
        for (var i = 0; i < 2; i++) Enter(limiter, "a")!.Dispose();
        var (_, why, retryAfter) = limiter.TryEnter("a");
        Assert.Equal((RefusedFor.Handshakes, TimeSpan.FromSeconds(100)), (why, retryAfter));
        Assert.NotNull(Enter(limiter, "b"));
    }

    [Fact]
    public void Limits_of_zero_refuse_nothing()
    {
        using var limiter = new ConnectionLimiter(new LimitsOptions
        {
            Connections = 0, ConnectionsBeforeHello = 0, ConnectionsPerAddress = 0, HandshakesPerSecond = 0, HandshakesBurst = 1,
        });
        for (var i = 0; i < 20_000; i++) Assert.False(Enter(limiter, "a")!.IsTooMany);
    }

    [Fact]
    public void Concurrent_connections_get_exactly_the_limit()
    {
        using var limiter = new ConnectionLimiter(new LimitsOptions { Connections = 50 });
        var admitted = new ConcurrentBag<ConnectionPlace>();
        Parallel.For(0, 500, _ =>
        {
            if (Enter(limiter, "a") is { } place) admitted.Add(place);
        });
        Assert.Equal(50, admitted.Count);
        Parallel.ForEach(admitted, place => place.Dispose());
        for (var i = 0; i < 50; i++) Assert.NotNull(Enter(limiter, "a"));
        Assert.Null(Enter(limiter, "a"));
    }

    [Fact]
    public void Every_refusal_is_counted_by_its_limit()
    {
        var counted = new ConcurrentDictionary<string, byte>();
        using var listener = new MeterListener
        {
            InstrumentPublished = (instrument, meters) =>
            {
                if (instrument.Name == "actorchat.connections.refused") meters.EnableMeasurementEvents(instrument);
            },
        };
        listener.SetMeasurementEventCallback<long>((_, _, tags, _) => counted.TryAdd((string)tags[0].Value!, 0));
        listener.Start();
        var limits = new LimitsOptions
        {
            Connections = 4, ConnectionsBeforeHello = 4, ConnectionsPerAddress = 1, ConnectionsPerUser = 1,
            HandshakesPerSecond = 0.01, HandshakesBurst = 3,
        };
        using var limiter = new ConnectionLimiter(limits);
        using var users = new UserLimiter(limits);

        for (var i = 0; i < 4; i++) Enter(limiter, "a"); // accepted, over the address limit, over the hello limit, over the rate
        Enter(limiter, "b")!.SaidHello();
        Enter(limiter, "c")!.SaidHello();
        Enter(limiter, "d"); // over the limit of four
        for (var i = 0; i < 2; i++) users.TryEnter(new UserId("u"));

        Assert.Equal(["address", "handshakes", "hello", "process", "user"], counted.Keys.Order(StringComparer.Ordinal));
    }
}
