using System.IO.Compression;
using System.Security.Cryptography;
using System.Text;
using Microsoft.Net.Http.Headers;

namespace ActorChat.Server.Page;

/// <summary>
/// A text file of the page in memory, compressed once, for the first who asks: a start does not wait for it. The same for everybody and without secrets: it
/// may be compressed under TLS, too.
/// </summary>
public sealed class PageFile
{
    // Two steps below the best, which takes ten times as long for two per cent.
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
        tag = new EntityTagHeaderValue($"\"{Hash}\"", isWeak: true); // weak: one for all its encodings
    }

    /// <summary>Another one for any other content.</summary>
    public string Hash { get; }

    public Task SendAsync(HttpContext http)
    {
        ArgumentNullException.ThrowIfNull(http);
        var (request, response) = (http.Request, http.Response);
        // Named by its hash it never changes. Otherwise it is asked for again by its tag: a new version is seen at once.
        response.Headers.CacheControl = request.Query["v"] == Hash ? "public, max-age=31536000, immutable" : "no-cache";
        response.Headers.Vary = "Accept-Encoding";
        response.GetTypedHeaders().ETag = tag;
        if (request.GetTypedHeaders().IfNoneMatch.Any(known => known.Compare(tag, useStrongComparison: false)))
        {
            response.StatusCode = StatusCodes.Status304NotModified;
            return Task.CompletedTask;
        }
        var (bytes, encoding) = Accepts(request, "br") ? (brotli.Value, "br") : Accepts(request, "gzip") ? (gzip.Value, "gzip") : (plain, null);
        response.ContentType = contentType;
        response.ContentLength = bytes.Length;
        if (encoding is not null) response.Headers.ContentEncoding = encoding;
        return HttpMethods.IsHead(request.Method) ? Task.CompletedTask : response.Body.WriteAsync(bytes, http.RequestAborted).AsTask();
    }

    static bool Accepts(HttpRequest request, string encoding) =>
        request.GetTypedHeaders().AcceptEncoding.Any(a => a.Value.Equals(encoding, StringComparison.OrdinalIgnoreCase) && a.Quality is not 0);

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
            throw new InvalidOperationException("Brotli wrote more than its own bound.");
        return packed[..length];
    }
}
