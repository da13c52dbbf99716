using System.IO.Compression;
using System.Security.Cryptography;
using System.Text;
using Microsoft.Net.Http.Headers;

namespace ActorChat.Server.Page;

/// <summary>
/// A text file of the page in memory. The first request for it compresses it, so startup does not wait. Compression under TLS is safe
/// here, because the file contains no secret and nothing from the request.
/// </summary>
sealed class PageFile
{
    // The best quality, 11, takes ten times as long and saves two per cent.
    const int BrotliQuality = 9;
    const int BrotliWindow = 22;

    readonly string contentType;
    readonly byte[] plain;
    readonly Lazy<byte[]> gzip, brotli;
    readonly EntityTagHeaderValue tag;

    public PageFile(string text, string contentType)
    {
        this.contentType = contentType;
        plain = Encoding.UTF8.GetBytes(text);
        (gzip, brotli) = (new(() => Gzip(plain)), new(() => Brotli(plain)));
        Hash = Convert.ToHexStringLower(SHA256.HashData(plain))[..16];
        tag = new EntityTagHeaderValue($"\"{Hash}\"", isWeak: true); // weak, because all encodings share it
    }

    /// <summary>The first 64 bits of the SHA-256 of the content, in hex.</summary>
    public string Hash { get; }

    public Task SendAsync(HttpContext http)
    {
        var (request, response) = (http.Request, http.Response);
        // An address with the hash never changes its content. Otherwise the browser revalidates by ETag, so it sees a new version at once.
        response.Headers.CacheControl = request.Query["v"] == Hash ? "public, max-age=31536000, immutable" : "no-cache";
        response.Headers.Vary = "Accept-Encoding";
        response.GetTypedHeaders().ETag = tag;
        if (request.GetTypedHeaders().IfNoneMatch.Any(known => known.Compare(tag, useStrongComparison: false)))
        {
            response.StatusCode = StatusCodes.Status304NotModified;
            return Task.CompletedTask;
        }
        var (bytes, encoding) = Accepts(request, "br") ? (brotli.Value, "br")
            : Accepts(request, "gzip") ? (gzip.Value, "gzip")
            : (plain, null);
        response.ContentType = contentType;
        response.ContentLength = bytes.Length;
        if (encoding is not null) response.Headers.ContentEncoding = encoding;
        return HttpMethods.IsHead(request.Method) ? Task.CompletedTask : response.Body.WriteAsync(bytes, http.RequestAborted).AsTask();
    }

    static bool Accepts(HttpRequest request, string encoding) =>
        request.GetTypedHeaders().AcceptEncoding.Any(accepted =>
            accepted.Value.Equals(encoding, StringComparison.OrdinalIgnoreCase) && accepted.Quality is not 0);

    static byte[] Gzip(byte[] plain)
    {
        using var packed = new MemoryStream();
        using (var gzip = new GZipStream(packed, CompressionLevel.SmallestSize)) gzip.Write(plain);
        return packed.ToArray();
    }

    static byte[] Brotli(byte[] plain)
    {
        var packed = new byte[BrotliEncoder.GetMaxCompressedLength(plain.Length)];
        if (!BrotliEncoder.TryCompress(plain, packed, out var length, BrotliQuality, BrotliWindow))
            throw new InvalidOperationException("Brotli exceeded its own maximum length.");
        return packed[..length];
    }
}
