using System.Globalization;
using ActorChat.Actors.Classic;
using ActorChat.Actors.Conversations;
using ActorChat.Actors.Sessions;
using ActorChat.Actors.Telemetry;
using ActorChat.Domain;
using ActorChat.Protocol;
using ActorChat.Server.Sockets.Limits;
using Akka.Actor;
using Akka.Hosting;
using Microsoft.AspNetCore.Connections.Features;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.Options;

namespace ActorChat.Server.Sockets;

/// <summary><c>GET /ws</c>: turns a request into a running pump and its session.</summary>
sealed class SocketEndpoint(
    IRequiredActor<SessionSupervisorActor> sessions, OriginPolicy origins, ConnectionLimiter limiter,
    IOptions<LimitsOptions> limits, IOptions<OutboxOptions> outboxOptions, SocketMonitor monitor, TimeProvider time)
{
    static readonly Func<ReadOnlyMemory<byte>, object> DecodeClassic = frame => ClassicFrames.Read(frame.Span);

    readonly Func<ReadOnlyMemory<byte>, object> decodeV1 = frame => ClientFrameReader.Read(frame.Span, limits.Value);

    static readonly TimeSpan OpenTimeout = TimeSpan.FromSeconds(5);
    static long lastId;

    public Task HandleAsync(HttpContext http)
    {
        var verdict = Handshake.Check(http);
        if (!origins.Allows(http.Request, verdict.Dialect)) verdict = new Handshake.Verdict(StatusCodes.Status403Forbidden, null, null);
        if (verdict.Status == 0)
        {
            var (place, why, retryAfter) = limiter.TryEnter(ClientAddress.Of(http.Connection.RemoteIpAddress));
            if (place is not null) return RunAsync(http, verdict, place);
            // Refused before the upgrade, which is the expensive part. The page treats it as a broken connection and tries again.
            var status = why == RefusedFor.Handshakes ? StatusCodes.Status429TooManyRequests : StatusCodes.Status503ServiceUnavailable;
            verdict = new Handshake.Verdict(status, null, null);
            http.Response.Headers.RetryAfter = Math.Ceiling(retryAfter.TotalSeconds).ToString(CultureInfo.InvariantCulture);
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
        monitor.Add(pump);
        try
        {
            await pump.RunAsync(await SessionForAsync(pump, verdict.Dialect, place.IsTooMany, http.Request));
        }
        finally
        {
            monitor.Remove(pump);
            ChatMetrics.Connections.Add(-1);
        }
    }

    SocketPump MakePump(HttpContext http, Dialect? dialect, ConnectionPlace place)
    {
        // The transport's own pipe, not the upgraded stream: it takes all frames of a commit in one write.
        var transport = http.Features.GetRequiredFeature<IConnectionTransportFeature>().Transport;
        var outbox = new Outbox(transport.Output, outboxOptions.Value, time);
        var id = Interlocked.Increment(ref lastId).ToString(CultureInfo.InvariantCulture);
        var decode = dialect == Dialect.Classic ? DecodeClassic : decodeV1;
        var stream = new ConnectionStream(transport.Input, outbox, time);
        return new SocketPump(id, stream, outbox, decode, limits.Value.FrameBytes, place, time, http.Abort);
    }

    // Nobody if the connection is only there to send the reason why it is closed.
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
        // Only the classic dialect has the name in the URL. An empty name differs from none.
        var username = dialect == Dialect.Classic && request.Query.TryGetValue("username", out var names) ? names.ToString() : null;
        try
        {
            var answer = await sessions.ActorRef.Ask<object>(new OpenSession(pump, dialect.Value, username), OpenTimeout);
            if (answer is SessionOpened opened) return opened.Session;
            pump.Close(CloseCode.GoingAway, "The server is shutting down.");
        }
        catch (AskTimeoutException)
        {
            // The process was suspended or is overloaded. The client reconnects. A session that opens late gets no hello and ends.
            pump.Close(CloseCode.GoingAway, "The server is overloaded.");
        }
        return ActorRefs.Nobody;
    }
}
