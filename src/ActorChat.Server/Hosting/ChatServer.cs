using ActorChat.Actors;
using ActorChat.Actors.Conversations;
using ActorChat.Actors.Sessions;
using ActorChat.Domain;
using ActorChat.Protocol;
using ActorChat.Server.Ai;
using ActorChat.Server.Api;
using ActorChat.Server.Markup;
using ActorChat.Server.Options;
using ActorChat.Server.Page;
using ActorChat.Server.Sockets;
using ActorChat.Storage;
using ActorChat.Storage.Postgres;
using ActorChat.Storage.Sqlite;
using Akka.Actor;
using Microsoft.Extensions.AI;

namespace ActorChat.Server.Hosting;

/// <summary>Puts the server together.</summary>
public static class ChatServer
{
    const string DefaultUrl = "http://localhost:8765";

    /// <exception cref="StartException">A setting is wrong.</exception>
    public static WebApplication Build(string[] args, IHostLifetime lifetime)
    {
        // The program's own folder, not the working one: there are appsettings.json, hocon and wwwroot, wherever it is started from.
        var builder = WebApplication.CreateBuilder(new WebApplicationOptions
        {
            Args = args,
            ContentRootPath = AppContext.BaseDirectory,
            WebRootPath = PageFolder(),
        });
        var urls = builder.Configuration[WebHostDefaults.ServerUrlsKey];
        if (string.IsNullOrEmpty(urls)) builder.WebHost.UseUrls(DefaultUrl);
        else HostSettings.CheckUrls(urls);
        var settings = HostSettings.Read(builder.Configuration);
        var hocon = ActorConfiguration.Read(Path.Combine(AppContext.BaseDirectory, "hocon", "actorchat.conf"));

        // Keeps an activity and a log scope for each request, which for a socket means for as long as it is open.
        builder.Logging.AddFilter("Microsoft.AspNetCore.Hosting.Diagnostics", LogLevel.None);
        builder.WebHost.ConfigureKestrel(kestrel => WebServerLimits.Apply(kestrel, settings.Limits));
        builder.Services.Configure<HostOptions>(host => host.ShutdownTimeout = TimeSpan.FromSeconds(8));
        AddServices(builder.Services, settings, hocon.Settings, hocon.Outbox);
        builder.Services.AddActors(hocon.Config);
        builder.Services.AddSingleton(lifetime);

        var app = builder.Build();
        var sockets = app.Services.GetRequiredService<SocketEndpoint>();
        // First and without an endpoint: what a request passes through, an open socket keeps for as long as it lives.
        app.Use((http, next) => http.Request.Path == "/ws" ? sockets.HandleAsync(http) : next(http));
        app.UsePage();
        app.MapHealth();
        // The web server waits for its connections to end, and they end when their sessions are drained: that cannot wait for it.
        // A start that failed has no sessions to drain, and stops when its services are gone already.
        app.Lifetime.ApplicationStarted.Register(() =>
        {
            var shutdown = CoordinatedShutdown.Get(app.Services.GetRequiredService<ActorSystem>());
            app.Lifetime.ApplicationStopping.Register(() => shutdown.Run(CoordinatedShutdown.ClrExitReason.Instance));
        });
        return app;
    }

    static void AddServices(IServiceCollection services, HostSettings settings, ActorSettings actors, OutboxLimits outbox)
    {
        var limits = settings.Limits;
        services.AddSingleton(TimeProvider.System);
        services.AddSingleton(actors);
        services.AddSingleton(settings.Storage);
        AddStore(services, settings.Storage);
        services.AddSingleton<IMarkup, MarkdownMarkup>();
        services.AddSingleton<IChatClient>(p => new MockChatClient(TimeSpan.FromMilliseconds(settings.Ai.MockDelayMs), p.GetRequiredService<TimeProvider>()));
        services.AddSingleton(new WireLimits(
            limits.FrameBytes, limits.TextBytes, limits.MessagesPerSecond, limits.MessagesBurst, limits.RequestsPerSecond, limits.RequestsBurst));
        services.AddSingleton(new ConnectionQuota(new ConnectionLimits(
            limits.Connections, limits.ConnectionsBeforeHello, limits.ConnectionsPerAddress, limits.ConnectionsPerUser,
            limits.HandshakesPerSecond, limits.HandshakesBurst)));
        services.AddSingleton(new OriginPolicy(settings.Auth));
        services.AddSingleton(outbox);
        services.AddSingleton(new SocketTimes());
        services.AddSingleton<SocketEndpoint>();
        services.AddSingleton<SocketWatch>();
        services.AddHostedService(p => p.GetRequiredService<SocketWatch>());
    }

    static void AddStore(IServiceCollection services, StorageOptions storage)
    {
        if (storage.Provider != StorageOptions.Postgres)
        {
            services.AddSingleton<IChatStore, SqliteChatStore>();
            services.AddSingleton<INodeBus>(SilentBus.Instance);
            services.AddSingleton<IConversationRouter, LocalRouter>();
            return;
        }
        var node = Guid.NewGuid().ToString("N"); // of this run: who starts again is another
        if (storage.Bus == StorageOptions.NoBus) services.AddSingleton<INodeBus>(SilentBus.Instance);
        else services.AddSingleton<INodeBus>(p => new NotifyBus(storage, node, p.GetRequiredService<ILogger<NotifyBus>>()));
        services.AddSingleton(p => new PostgresChatStore(
            storage, p.GetRequiredService<INodeBus>(), node, p.GetRequiredService<TimeProvider>(), p.GetRequiredService<ILogger<PostgresChatStore>>()));
        services.AddSingleton<IChatStore>(p => p.GetRequiredService<PostgresChatStore>());
        services.AddSingleton<IConversationRouter>(p => new SharedLogRouter(p.GetRequiredService<PostgresChatStore>(), p.GetRequiredService<ActorSettings>().Tail));
    }

    // While developing, the page is served from where it is edited.
    static string PageFolder()
    {
        var copied = Path.Combine(AppContext.BaseDirectory, "wwwroot");
        if (Environment.GetEnvironmentVariable("ASPNETCORE_ENVIRONMENT") != Environments.Development) return copied;
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
            if (File.Exists(Path.Combine(folder.FullName, "ActorChat.sln")))
                return Path.Combine(folder.FullName, "wwwroot");
        return copied;
    }
}
