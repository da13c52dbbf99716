using ActorChat.Actors.Conversations;
using ActorChat.Server.Sockets;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Time.Testing;

namespace ActorChat.Server.Tests.Sockets;

public sealed class PolicyTests
{
    static ListenAddresses Listening(string urls, params string[] actual)
    {
        var settings = new Dictionary<string, string?> { ["urls"] = urls };
        return new ListenAddresses(new Listener(actual), new ConfigurationBuilder().AddInMemoryCollection(settings).Build());
    }

    [Theory]
    [InlineData(true, "http://localhost:8765")]
    [InlineData(true, "http://127.0.0.1:8765", "https://[::1]:8765")]
    [InlineData(true, "http://127.9.9.9:1")]
    [InlineData(false, "http://127.0.0.1:8765", "http://192.0.2.1:8765")]
    [InlineData(false, "http://[::]:8765")]
    [InlineData(false, "http://0.0.0.0:8765")]
    [InlineData(false, "http://*:8765")]
    [InlineData(false, "http://unix:/run/chat.sock")]
    [InlineData(false)]
    public void Addresses_are_loopback_only_if_each_of_them_is(bool expected, params string[] actual) =>
        Assert.Equal(expected, Listening("", actual).AreLoopback);

    [Theory]
    [InlineData(null, "127.0.0.1:8765", true)]
    [InlineData(null, "localhost", true)]
    [InlineData(null, "chat.example", false)] // a proxy on this machine passes on its own name
    [InlineData(true, "chat.example", true)]
    [InlineData(false, "localhost", false)]
    public void A_null_origin_is_accepted_on_loopback_or_by_the_setting(bool? setting, string host, bool expected)
    {
        var options = new OptionsWrapper<AuthOptions>(new AuthOptions { AllowNullOrigin = setting });
        var listening = Listening("", "http://localhost:8765");
        var policy = new OriginPolicy(options, listening, NullLogger<OriginPolicy>.Instance, TimeProvider.System);
        var http = new DefaultHttpContext { Request = { Scheme = "http", Host = new HostString(host), Headers = { Origin = "null" } } };
        Assert.Equal(expected, policy.Allows(http.Request, Dialect.Classic));
        Assert.False(policy.Allows(http.Request, Dialect.V1));
        Assert.False(policy.Allows(http.Request, null));
    }

    [Theory]
    [InlineData("localhost:1", true)]
    [InlineData("LocalHost.", true)]
    [InlineData("127.0.0.1", true)]
    [InlineData("203.0.113.7:80", true)]
    [InlineData("[::1]:8765", true)]
    [InlineData("[2001:db8::7]", true)]
    [InlineData("configured.example:81", true)]
    [InlineData("second.example", true)]
    [InlineData("LISTED.example", true)]
    [InlineData("site.example", true)]
    [InlineData("evil.example", false)]
    [InlineData("localhost.evil.example", false)]
    [InlineData("127.0.0.1.evil.example", false)]
    [InlineData("evil-listed.example", false)]
    [InlineData("1", false)]
    [InlineData("[evil.example]", false)]
    [InlineData("*", false)]
    [InlineData("+", false)]
    [InlineData(".", false)]
    [InlineData("", false)]
    public void A_name_must_be_known_and_an_address_need_not(string host, bool expected)
    {
        var options = new OptionsWrapper<AuthOptions>(
            new AuthOptions { AllowedHosts = ["listed.example"], AllowedOrigins = ["https://site.example"] });
        var listening = Listening("http://configured.example:80; http://*:81;http://+:82;http://second.example");
        var policy = new HostPolicy(options, listening, NullLogger<HostPolicy>.Instance, TimeProvider.System);
        Assert.Equal(expected, policy.Allows(new HostString(host)));
    }

    [Fact]
    public void A_star_allows_every_name_but_no_empty_one()
    {
        var options = new OptionsWrapper<AuthOptions>(new AuthOptions { AllowedHosts = ["*"] });
        var policy = new HostPolicy(options, Listening(""), NullLogger<HostPolicy>.Instance, TimeProvider.System);
        Assert.True(policy.Allows(new HostString("any.example:99")));
        Assert.False(policy.Allows(new HostString("")));
    }

    [Fact]
    public void Refusals_over_the_limit_of_a_minute_are_counted_in_the_next_line()
    {
        var (written, time) = (new Written(), new FakeTimeProvider());
        var log = new RefusalLog(written, time);
        for (var i = 0; i < RefusalLog.LinesPerMinute + 7; i++) log.Add("refused");
        Assert.Equal(RefusalLog.LinesPerMinute, written.Lines.Count);

        time.Advance(TimeSpan.FromMinutes(1));
        log.Add("again");
        log.Add("and again");

        Assert.Equal(["again (7 refusals before this one were not logged.)", "and again"], written.Lines[^2..]);
    }

    [Theory]
    [InlineData("http://a b\r\nfail: x\u001b[2J\u202e\"", "\"http://a b??fail: x?[2J??\"")]
    [InlineData("", "\"\"")]
    public void A_refused_value_is_cleaned_for_the_log(string value, string expected) => Assert.Equal(expected, RefusalLog.Clean(value));

    [Fact]
    public void A_refused_value_is_cut_for_the_log() => Assert.Equal(103, RefusalLog.Clean(new string('x', 5000)).Length);

    sealed class Written : ILogger
    {
        public List<string> Lines { get; } = [];

        public IDisposable? BeginScope<TState>(TState state) where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(
            LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
            Lines.Add(formatter(state, exception));
    }

    sealed class Listener : IServer
    {
        public Listener(string[] addresses)
        {
            var feature = new ServerAddressesFeature();
            foreach (var address in addresses) feature.Addresses.Add(address);
            Features.Set<IServerAddressesFeature>(feature);
        }

        public IFeatureCollection Features { get; } = new FeatureCollection();

        public Task StartAsync<TContext>(IHttpApplication<TContext> application, CancellationToken cancellationToken)
            where TContext : notnull => Task.CompletedTask;

        public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        public void Dispose()
        {
        }
    }
}
