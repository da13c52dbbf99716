using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using System.Text;
using ActorChat.Actors.Conversations;
using ActorChat.Protocol;
using Microsoft.AspNetCore.Http.Features;

namespace ActorChat.Server.Sockets;

/// <summary>Whether a request may become a WebSocket, and which dialect it asks for.</summary>
public static class Handshake
{
    /// <param name="Status">The HTTP status with which the upgrade is refused; 0 where it is not.</param>
    /// <param name="Subprotocol">The one to answer with; null where none was offered.</param>
    /// <param name="Dialect">Null where the client is only to be told that its subprotocols are unknown.</param>
    public readonly record struct Verdict(int Status, string? Subprotocol, Dialect? Dialect);

    public static Verdict Check(HttpContext http)
    {
        ArgumentNullException.ThrowIfNull(http);
        if (!HttpMethods.IsGet(http.Request.Method)) return new Verdict(StatusCodes.Status405MethodNotAllowed, null, null);
        var headers = http.Request.Headers;
        // HTTP/1.0 has no upgrade, whatever a web server lets pass.
        if (HttpProtocol.IsHttp10(http.Request.Protocol)
            || http.Features.Get<IHttpUpgradeFeature>() is not { IsUpgradableRequest: true } || !headers.Upgrade.ToString().Equals("websocket", StringComparison.OrdinalIgnoreCase))
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
        // Script in a browser sees neither status nor body of a failed upgrade: who wants to be told why is let in for that.
        if (offered.Contains(Subprotocols.Error, StringComparer.Ordinal)) return new Verdict(0, Subprotocols.Error, null);
        return new Verdict(StatusCodes.Status400BadRequest, null, null);
    }

    static bool IsKey(string key)
    {
        Span<byte> nonce = stackalloc byte[16];
        return key.Length == 24 && Convert.TryFromBase64String(key, nonce, out var length) && length == 16;
    }

    /// <summary>Answers 101; from then on the connection is the caller's.</summary>
    public static async Task AcceptAsync(HttpContext http, string? subprotocol)
    {
        ArgumentNullException.ThrowIfNull(http);
        var headers = http.Response.Headers;
        headers.Upgrade = "websocket";
        headers.SecWebSocketAccept = AcceptKey(http.Request.Headers.SecWebSocketKey.ToString());
        if (subprotocol is not null) headers.SecWebSocketProtocol = subprotocol;
        await http.Features.GetRequiredFeature<IHttpUpgradeFeature>().UpgradeAsync();
    }

    [SuppressMessage("Security", "CA5350", Justification = "RFC 6455 says SHA-1; nothing is kept secret by it.")]
    static string AcceptKey(string key) => Convert.ToBase64String(SHA1.HashData(Encoding.ASCII.GetBytes(key + "258EAFA5-E914-47DA-95CA-C5AB0DC85B11")));
}
