using System.Globalization;
using ActorChat.Actors.Classic;
using ActorChat.Actors.Conversations;
using ActorChat.Actors.Sessions;
using ActorChat.Actors.Telemetry;
using ActorChat.Domain;
using ActorChat.Protocol;
using Akka.Actor;
using Akka.Hosting;
using Microsoft.AspNetCore.Connections.Features;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.Options;

namespace ActorChat.Server.Sockets;

/// <summary><c>GET /ws</c>: from a request to a running pump and its session.</summary>
sealed class SocketEndpoint(
    IRequiredActor<SessionSupervisorActor> sessions, OriginPolicy origins, ConnectionQuota quota, IOptions<LimitsOptions> limits, IOptions<OutboxOptions> outboxOptions,
    SocketWatch watch)
{
    static readonly Func<ReadOnlyMemory<byte>, object> DecodeClassic = frame => ClassicFrames.Read(frame.Span);

    readonly Func<ReadOnlyMemory<byte>, object> decodeV1 = frame => ClientFrameReader.Read(frame.Span, limits.Value);

    static readonly TimeSpan OpenTimeout = TimeSpan.FromSeconds(5);
    static long lastId;

    public Task HandleAsync(HttpContext http)
    {
        ArgumentNullException.ThrowIfNull(http);
        var verdict = Handshake.Check(http);
        if (!origins.Allows(http.Request)) verdict = new Handshake.Verdict(StatusCodes.Status403Forbidden, null, null);
        if (verdict.Status == 0)
        {
            var (place, why, afterMs) = quota.TryEnter(ClientAddress.Of(http.Connection.RemoteIpAddress), Environment.TickCount64);
            if (place is not null) return RunAsync(http, verdict, place);
            // Before the upgrade, since that is what costs. To the page it is a line that broke, and it comes back by itself.
            verdict = new Handshake.Verdict(why == RefusedFor.Handshakes ? StatusCodes.Status429TooManyRequests : StatusCodes.Status503ServiceUnavailable, null, null);
            http.Response.Headers.RetryAfter = Math.Max(1, afterMs / 1000).ToString(CultureInfo.InvariantCulture);
        }
        http.Response.StatusCode = verdict.Status;
        return Task.CompletedTask;
    }

    async Task RunAsync(HttpContext http, Handshake.Verdict verdict, ConnectionPlace place)
    {
        using var _ = place;
        // The duration of a WebSocket is no duration of a request. The feature is there only if metrics are exported.
        if (http.Features.Get<IHttpMetricsTagsFeature>() is { } metrics) metrics.MetricsDisabled = true;
        await Handshake.AcceptAsync(http, verdict.Subprotocol);
        using var pump = MakePump(http, verdict.Dialect, place);
        ChatMetrics.Connections.Add(1);
        watch.Add(pump);
        try
        {
            await pump.RunAsync(await SessionForAsync(pump, verdict.Dialect, place.IsTooMany, http.Request));
        }
        finally
        {
            watch.Remove(pump);
            ChatMetrics.Connections.Add(-1);
        }
    }

    SocketPump MakePump(HttpContext http, Dialect? dialect, ConnectionPlace place)
    {
        // Not the upgraded stream: the transport's own pipe takes a whole commit in one write.
        var transport = http.Features.GetRequiredFeature<IConnectionTransportFeature>().Transport;
        var outbox = new Outbox(transport.Output, outboxOptions.Value);
        var id = Interlocked.Increment(ref lastId).ToString(CultureInfo.InvariantCulture);
        var decode = dialect == Dialect.Classic ? DecodeClassic : decodeV1;
        return new SocketPump(id, new ConnectionStream(transport.Input, outbox), outbox, decode, limits.Value.FrameBytes, place, http.Abort);
    }

    // Nobody where the client is only to be told why it cannot stay.
    async Task<IActorRef> SessionForAsync(SocketPump pump, Dialect? dialect, bool isTooMany, HttpRequest request)
    {
        if (dialect is null)
        {
            var builder = new FrameBatchBuilder();
            ServerFrames.Error(builder, null, new Refusal(ErrorCode.Subprotocol, $"This server speaks {Subprotocols.V1}."));
            pump.Send(builder.Build());
            pump.Close(CloseCode.Subprotocol, $"This server speaks {Subprotocols.V1}.");
            return ActorRefs.Nobody;
        }
        if (isTooMany)
        {
            pump.Close(CloseCode.TooManyConnections, "Too many connections from this address.");
            return ActorRefs.Nobody;
        }
        // The name stands in the address only in the classic dialect; an empty one is not the same as none.
        var username = dialect == Dialect.Classic && request.Query.TryGetValue("username", out var names) ? names.ToString() : null;
        try
        {
            if (await sessions.ActorRef.Ask<object>(new OpenSession(pump, dialect.Value, username), OpenTimeout) is SessionOpened opened) return opened.Session;
            pump.Close(CloseCode.GoingAway, "The server is going down.");
        }
        catch (AskTimeoutException)
        {
            // This process stood still, or has far too much to do. The client comes back by itself; a session that opens after all hears no greeting and ends.
            pump.Close(CloseCode.GoingAway, "The server did not get round to it.");
        }
        return ActorRefs.Nobody;
    }
}
