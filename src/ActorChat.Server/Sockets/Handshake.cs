using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using System.Text;
using ActorChat.Actors.Conversations;
using ActorChat.Protocol;
using Microsoft.AspNetCore.Http.Features;

namespace ActorChat.Server.Sockets;

/// <summary>Decides whether a request may become a WebSocket, and in which dialect.</summary>
static class Handshake
{
    /// <param name="Status">The HTTP status that refuses the upgrade; 0 if it is accepted.</param>
    /// <param name="Subprotocol">The one to answer with; null if the client offered none.</param>
    /// <param name="Dialect">Null if the connection is only accepted to report that its subprotocols are unknown.</param>
    public readonly record struct Verdict(int Status, string? Subprotocol, Dialect? Dialect);

    public static Verdict Check(HttpContext http)
    {
        if (!HttpMethods.IsGet(http.Request.Method)) return new Verdict(StatusCodes.Status405MethodNotAllowed, null, null);
        var headers = http.Request.Headers;
        // HTTP/1.0 has no upgrade, but Kestrel would accept one.
        if (HttpProtocol.IsHttp10(http.Request.Protocol)
            || http.Features.Get<IHttpUpgradeFeature>() is not { IsUpgradableRequest: true }
            || !headers.Upgrade.ToString().Equals("websocket", StringComparison.OrdinalIgnoreCase))
            return new Verdict(StatusCodes.Status400BadRequest, null, null);
        if (headers.SecWebSocketVersion != "13")
        {
            http.Response.Headers.SecWebSocketVersion = "13";
            return new Verdict(StatusCodes.Status426UpgradeRequired, null, null);
        }
        if (!IsKey(headers.SecWebSocketKey.ToString())) return new Verdict(StatusCodes.Status400BadRequest, null, null);
        var offered = headers.GetCommaSeparatedValues("Sec-WebSocket-Protocol");
        if (offered.Length == 0) return new Verdict(0, null, Dialect.Classic);
        if (offered.Contains(Subprotocols.V1, StringComparer.Ordinal)) return new Verdict(0, Subprotocols.V1, Dialect.V1);
        // A script in a browser sees neither status nor body of a refused upgrade. With this subprotocol it gets the reason in a frame.
        if (offered.Contains(Subprotocols.Error, StringComparer.Ordinal)) return new Verdict(0, Subprotocols.Error, null);
        return new Verdict(StatusCodes.Status400BadRequest, null, null);
    }

    static bool IsKey(string key)
    {
        Span<byte> nonce = stackalloc byte[16];
        return key.Length == 24 && Convert.TryFromBase64String(key, nonce, out var length) && length == 16;
    }

    /// <summary>Answers 101. From then on the connection belongs to the caller.</summary>
    public static async Task AcceptAsync(HttpContext http, string? subprotocol)
    {
        var headers = http.Response.Headers;
        headers.Upgrade = "websocket";
        headers.SecWebSocketAccept = AcceptKey(http.Request.Headers.SecWebSocketKey.ToString());
        if (subprotocol is not null) headers.SecWebSocketProtocol = subprotocol;
        await http.Features.GetRequiredFeature<IHttpUpgradeFeature>().UpgradeAsync();
    }

    [SuppressMessage("Security", "CA5350", Justification = "RFC 6455 requires SHA-1; it protects no secret.")]
    static string AcceptKey(string key) =>
        Convert.ToBase64String(SHA1.HashData(Encoding.ASCII.GetBytes(key + "258EAFA5-E914-47DA-95CA-C5AB0DC85B11")));
}
