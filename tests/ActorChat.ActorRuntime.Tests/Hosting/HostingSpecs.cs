using Akka;
using Akka.Actor;
using Akka.Configuration;
using Akka.DependencyInjection;
using Akka.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace ActorChat.ActorRuntime.Tests;

public class HostingSpecs
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    [Fact]
    public async Task Actors_are_started_in_the_order_in_which_they_were_asked_for()
    {
        var order = new List<string>();
        using var host = HostWith(akka => akka
            .AddStartup((_, _) => order.Add("startup"))
            .WithActors((_, _) => order.Add("first"))
            .WithActors((_, _, _) => order.Add("second"))
            .WithActors(async (_, _) =>
            {
                await Task.Yield();
                order.Add("third");
            }));
        await host.StartAsync();
        Assert.Equal(["first", "second", "third", "startup"], order);
        await host.StopAsync();
    }

    [Fact]
    public async Task A_required_actor_is_what_was_registered_under_its_key()
    {
        using var host = HostWith(akka => akka.WithActors((system, registry) =>
            registry.Register<EchoKey>(system.ActorOf(Props.Create(() => new Echo("hello")), "echo"))));
        var required = host.Services.GetRequiredService<IRequiredActor<EchoKey>>();
        var waiting = required.GetAsync();
        await host.StartAsync();
        Assert.Equal(await waiting, required.ActorRef);
        Assert.Equal("hello world", await required.ActorRef.Ask<string>("world", Patience));
        await host.StopAsync();
    }

    [Fact]
    public async Task The_resolver_fills_in_what_the_caller_does_not_give()
    {
        using var host = HostWith(
            akka => akka.WithActors((system, registry, resolver) =>
                registry.Register<EchoKey>(system.ActorOf(resolver.Props<Greeter>("dear ")))),
            services => services.AddSingleton(new Greeting("hello ")));
        await host.StartAsync();
        var registry = host.Services.GetRequiredService<IReadOnlyActorRegistry>();
        Assert.Equal("hello dear Ann", await registry.Get<EchoKey>().Ask<string>("Ann", Patience));
        var byExtension = DependencyResolver.For(host.Services.GetRequiredService<ActorSystem>()).Props<Greeter>("old ");
        var other = host.Services.GetRequiredService<ActorSystem>().ActorOf(byExtension);
        Assert.Equal("hello old Ann", await other.Ask<string>("Ann", Patience));
        await host.StopAsync();
    }

    [Fact]
    public async Task Stopping_the_host_runs_the_phases_and_ends_the_system()
    {
        var phases = new List<string>();
        using var host = HostWith(akka => akka.AddStartup((system, _) =>
        {
            var shutdown = CoordinatedShutdown.Get(system);
            shutdown.AddTask(CoordinatedShutdown.PhaseBeforeActorSystemTerminate, "flush", () => Note("flush"));
            shutdown.AddTask(CoordinatedShutdown.PhaseServiceUnbind, "unbind", () => Note("unbind"));
        }));
        await host.StartAsync();
        var system = host.Services.GetRequiredService<ActorSystem>();
        await host.StopAsync();
        await system.WhenTerminated.WaitAsync(Patience);
        Assert.Equal(["unbind", "flush"], phases);
        Assert.IsType<CoordinatedShutdown.ClrExitReason>(CoordinatedShutdown.Get(system).ShutdownReason);

        Task<Done> Note(string phase)
        {
            phases.Add(phase);
            return Task.FromResult(Done.Instance);
        }
    }

    [Fact]
    public async Task A_system_that_ends_by_itself_stops_the_host()
    {
        using var host = HostWith(_ => { });
        await host.StartAsync();
        var stopping = new TaskCompletionSource();
        host.Services.GetRequiredService<IHostApplicationLifetime>().ApplicationStopping.Register(stopping.SetResult);
        await host.Services.GetRequiredService<ActorSystem>().Terminate();
        await stopping.Task.WaitAsync(Patience);
    }

    [Fact]
    public async Task A_starter_that_throws_keeps_the_host_from_starting()
    {
        using var host = HostWith(akka => akka.WithActors((_, _) => throw new InvalidOperationException("no")));
        var error = await Assert.ThrowsAsync<InvalidOperationException>(() => host.StartAsync());
        Assert.Equal("no", error.Message);
    }

    [Fact]
    public async Task Configuration_is_merged_by_mode()
    {
        var file = Path.GetTempFileName();
        await File.WriteAllTextAsync(file, "chat { from-file = 1, rooms = 1 }");
        using var host = HostWith(akka => akka
            .AddHocon(ConfigurationFactory.ParseString("chat { rooms = 2, seats = 2 }"), HoconAddMode.Prepend)
            .AddHocon(ConfigurationFactory.ParseString("chat { rooms = 3, seats = 3, doors = 3 }"), HoconAddMode.Append)
            .AddHocon("chat.seats = 4", HoconAddMode.Prepend)
            .AddHoconFile(file, HoconAddMode.Append));
        var config = host.Services.GetRequiredService<ActorSystem>().Settings.Config;
        File.Delete(file);
        Assert.Equal(
            (2, 4, 3, 1),
            (config.GetInt("chat.rooms"), config.GetInt("chat.seats"), config.GetInt("chat.doors"), config.GetInt("chat.from-file")));
        await host.StartAsync();
        await host.StopAsync();
    }

    [Fact]
    public async Task The_builder_may_ask_the_container()
    {
        var builder = Host.CreateApplicationBuilder();
        builder.Services.AddSingleton(new Greeting("hi "));
        builder.Services.AddAkka("asking", (akka, provider) =>
        {
            var greeting = provider.GetRequiredService<Greeting>().Text;
            akka.WithActors((system, registry) => registry.Register<EchoKey>(system.ActorOf(Props.Create(() => new Echo(greeting)))));
        });
        using var host = builder.Build();
        await host.StartAsync();
        Assert.StartsWith("hi ", await host.Services.GetRequiredService<ActorRegistry>().Get<EchoKey>().Ask<string>("x", Patience));
        await host.StopAsync();
    }

    [Fact]
    public async Task What_an_actor_logs_reaches_the_logger_factory()
    {
        using var lines = new LinesProvider();
        var builder = Host.CreateApplicationBuilder();
        builder.Logging.ClearProviders().AddProvider(lines).SetMinimumLevel(LogLevel.Debug);
        builder.Services.AddAkka("logging", akka => akka
            .ConfigureLoggers(loggers =>
            {
                loggers.LogLevel = Akka.Event.LogLevel.InfoLevel;
                loggers.ClearLoggers();
                loggers.AddLoggerFactory();
            })
            .WithActors((system, _) => system.ActorOf(Props.Create(() => new Chatty()), "chatty").Tell("go")));
        using var host = builder.Build();
        await host.StartAsync();
        await lines.Seen("7 rooms of the house").WaitAsync(Patience);
        await host.StopAsync();
    }

    [Fact]
    public void A_key_is_registered_once_unless_overwriting_is_asked_for()
    {
        var registry = new ActorRegistry();
        registry.Register<EchoKey>(ActorRefs.Nobody);
        Assert.Throws<DuplicateActorRegistryException>(() => registry.Register<EchoKey>(ActorRefs.Nobody));
        Assert.False(registry.TryRegister<EchoKey>(ActorRefs.Nobody));
        registry.Register<EchoKey>(ActorRefs.Nobody, overwrite: true);
        Assert.Throws<MissingActorRegistryEntryException>(() => registry.Get<Greeting>());
        Assert.False(registry.TryGet<Greeting>(out _));
    }

    [Fact]
    public async Task Waiting_for_a_key_can_be_given_up()
    {
        var registry = new ActorRegistry();
        using var patience = new CancellationTokenSource(50);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => registry.GetAsync<EchoKey>(patience.Token));
    }

    private static IHost HostWith(Action<AkkaConfigurationBuilder> akka, Action<IServiceCollection>? services = null)
    {
        var builder = Host.CreateApplicationBuilder();
        builder.Logging.ClearProviders();
        builder.Services.AddAkka("hosted", akka);
        services?.Invoke(builder.Services);
        return builder.Build();
    }

    private sealed class EchoKey;

    private sealed record Greeting(string Text);

    private sealed class Echo : ReceiveActor
    {
        public Echo(string prefix) => Receive<string>(text => Sender.Tell(prefix.Trim() + " " + text));
    }

    private sealed class Greeter : ReceiveActor
    {
        public Greeter(Greeting greeting, string manner) => Receive<string>(name => Sender.Tell(greeting.Text + manner + name));
    }

    private sealed class Chatty : ReceiveActor
    {
        public Chatty()
        {
            var log = Akka.Event.Logging.GetLogger(Context);
            ReceiveAny(_ => Akka.Event.LoggingExtensions.Info(log, "{0} rooms of the {1}", 7, "house"));
        }
    }

    private sealed class LinesProvider : ILoggerProvider, ILogger
    {
        private readonly List<string> lines = [];

        public async Task Seen(string text)
        {
            while (true)
            {
                lock (lines)
                    if (lines.Exists(line => line.Contains(text, StringComparison.Ordinal)))
                        return;
                await Task.Delay(10);
            }
        }

        public ILogger CreateLogger(string categoryName) => this;

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(
            LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            lock (lines)
                lines.Add(formatter(state, exception));
        }

        public void Dispose()
        {
        }
    }
}
