using ActorChat.Actors.Sessions;
using ActorChat.Protocol;
using ActorChat.Server.Sockets.Limits;
using Microsoft.Extensions.Options;

namespace ActorChat.Server.Sockets;

static class SocketHosting
{
    public static IServiceCollection AddSockets(this IServiceCollection services) => services
        .AddSingleton(provider => new ConnectionLimiter(provider.GetRequiredService<IOptions<LimitsOptions>>().Value))
        .AddSingleton<IUserLimits>(provider => new UserLimiter(provider.GetRequiredService<IOptions<LimitsOptions>>().Value))
        .AddSingleton<ListenAddresses>()
        .AddSingleton<HostPolicy>()
        .AddSingleton<OriginPolicy>()
        .AddSingleton(new SocketTimeouts())
        .AddSingleton<SocketEndpoint>()
        .AddSingleton<SocketMonitor>()
        .AddHostedService(provider => provider.GetRequiredService<SocketMonitor>());

    /// <summary>
    /// Serves <c>/ws</c>. Only the check of the host comes before it, and it is no endpoint: an open socket keeps everything that its
    /// request passed through.
    /// </summary>
    public static void UseSockets(this WebApplication app)
    {
        var hosts = app.Services.GetRequiredService<HostPolicy>();
        app.Use((http, next) => hosts.HandleAsync(http, next));
        var sockets = app.Services.GetRequiredService<SocketEndpoint>();
        app.Use((http, next) => http.Request.Path == "/ws" ? sockets.HandleAsync(http) : next(http));
    }
}
