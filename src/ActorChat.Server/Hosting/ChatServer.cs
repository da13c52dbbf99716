using ActorChat.Actors.Sessions;
using ActorChat.Protocol;
using ActorChat.Server.Ai;
using ActorChat.Server.Api;
using ActorChat.Server.Options;
using ActorChat.Server.Page;
using ActorChat.Server.Sockets;
using ActorChat.Server.Telemetry;
using Akka.Actor;
using Microsoft.Extensions.AI;
using Microsoft.Extensions.Options;

namespace ActorChat.Server.Hosting;

/// <summary>Builds the web application with all services and endpoints.</summary>
static class ChatServer
{
    /// <exception cref="StartException">A setting is invalid.</exception>
    public static WebApplication Build(string[] args, IHostLifetime lifetime) => AppSettings.Checked(() =>
    {
        // appsettings.json, hocon and wwwroot are in the program's folder, independent of the working directory.
        var builder = WebApplication.CreateBuilder(new WebApplicationOptions
        {
            Args = args,
            ContentRootPath = AppContext.BaseDirectory,
            WebRootPath = PageFolder(),
        });
        // ASP.NET Core allocates an activity and a log scope for each request. A WebSocket would hold them as long as it is open.
        builder.Logging.AddFilter("Microsoft.AspNetCore.Hosting.Diagnostics", LogLevel.None);
        // The framework logs each failed check as an error. The actors log each failure once, and /readyz reports it.
        builder.Logging.AddFilter("Microsoft.Extensions.Diagnostics.HealthChecks", LogLevel.None);
        builder.ListenOnAddresses();
        builder.AddTelemetry();
        builder.Services
            .AddSettings()
            .AddSingleton(TimeProvider.System)
            .AddSingleton(lifetime)
            .Configure<HostOptions>(host => host.ShutdownTimeout = TimeSpan.FromSeconds(8))
            .AddStore()
            .AddSingleton<IChatClient, MockChatClient>()
            .AddSockets()
            .AddActors()
            .AddHealth();
        var app = builder.Build();
        app.Services.CheckSettings();
        app.UseSockets();
        app.UseTelemetry();
        app.UsePage();
        app.MapHealth();
        StopActorsFirst(app);
        return app;
    });

    // The web server waits until its connections end, and they end when the actors drain their sessions. So the actors stop first. After
    // a failed startup there are no sessions, and the services are already disposed.
    static void StopActorsFirst(WebApplication app) => app.Lifetime.ApplicationStarted.Register(() =>
    {
        var shutdown = CoordinatedShutdown.Get(app.Services.GetRequiredService<ActorSystem>());
        app.Lifetime.ApplicationStopping.Register(() => shutdown.Run(CoordinatedShutdown.ClrExitReason.Instance));
    });

    // In development the page is served from the source folder.
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
