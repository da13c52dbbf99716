using System.IO.Compression;
using System.Net;
using System.Text;
using ActorChat.Server.Tests.Clients;
using ActorChat.Server.Tests.Processes;

namespace ActorChat.Server.Tests.Page;

[Collection(SharedServerTests.Name)]
public sealed class PageTests(SharedServer shared)
{
    readonly ServerProcess server = shared.Server;

    async Task<HttpResponseMessage> GetAsync(string path) => await server.Http.GetAsync(new Uri(path, UriKind.Relative));

    [Fact]
    public async Task The_health_and_readiness_checks_succeed()
    {
        using var alive = await GetAsync("/healthz");
        Assert.Equal(HttpStatusCode.OK, alive.StatusCode);
        await Deadline.UntilAsync(async () =>
        {
            using var ready = await GetAsync("/readyz");
            return ready.StatusCode == HttpStatusCode.OK; // the store may need time on a busy machine
        }, Deadline.Usual, () => "It is not ready.");
    }

    [Fact]
    public async Task The_page_is_served_with_a_strict_content_security_policy()
    {
        using var page = await GetAsync("/");
        var html = await page.Content.ReadAsStringAsync();
        Assert.Equal(HttpStatusCode.OK, page.StatusCode);
        Assert.Equal("text/html", page.Content.Headers.ContentType?.MediaType);
        Assert.Contains("<script", html, StringComparison.Ordinal);
        var policy = Assert.Single(page.Headers.GetValues("Content-Security-Policy"));
        Assert.Contains("default-src 'none'", policy, StringComparison.Ordinal);
        Assert.Contains("script-src 'self'", policy, StringComparison.Ordinal);
        Assert.Contains("frame-ancestors 'none'", policy, StringComparison.Ordinal);
        Assert.DoesNotContain("unsafe", policy, StringComparison.Ordinal);
        Assert.DoesNotContain("*", policy, StringComparison.Ordinal);
        Assert.Equal("nosniff", Assert.Single(page.Headers.GetValues("X-Content-Type-Options")));
        Assert.False(page.Headers.Contains("Server"));
        Assert.DoesNotContain("<script>", html, StringComparison.Ordinal);
        Assert.DoesNotContain("style=", html, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Every_file_named_by_the_page_exists_and_is_not_empty()
    {
        using var page = await GetAsync("/");
        var html = await page.Content.ReadAsStringAsync();
        var named = System.Text.RegularExpressions.Regex.Matches(html, "(?:src|href)=\"(/?[^\":#]+)\"").Select(m => m.Groups[1].Value)
            .Distinct().ToArray();
        Assert.NotEmpty(named);
        foreach (var path in named)
        {
            using var file = await GetAsync("/" + path.TrimStart('/'));
            Assert.True(file.IsSuccessStatusCode, path);
            Assert.True((await file.Content.ReadAsByteArrayAsync()).Length > 0, path);
        }
    }

    [Fact]
    public async Task Every_response_has_the_content_security_policy()
    {
        foreach (var path in new[] { "/", "/index.html", "/js/page.js", "/js/main.js", "/css/page.css", "/sw.js", "/manifest.webmanifest",
            "/icons/icon.svg", "/healthz", "/no-such-page" })
        {
            using var answer = await GetAsync(path);
            var policy = Assert.Single(answer.Headers.GetValues("Content-Security-Policy"));
            foreach (var part in new[] { "default-src 'none'", "script-src 'self';", "style-src 'self';",
                "require-trusted-types-for 'script'", "trusted-types actorchat" })
                Assert.Contains(part, policy, StringComparison.Ordinal);
            Assert.Equal("nosniff", Assert.Single(answer.Headers.GetValues("X-Content-Type-Options")));
        }
    }

    [Fact]
    public async Task The_page_names_one_script_and_one_stylesheet_with_a_content_hash()
    {
        using var page = await GetAsync("/");
        var html = await page.Content.ReadAsStringAsync();
        Assert.Equal("no-cache", page.Headers.CacheControl?.ToString());
        Assert.Matches("<link rel=\"modulepreload\" href=\"js/page.js\\?v=[0-9a-f]{16}\">", html);
        Assert.Matches("<link rel=\"vendor\" href=\"vendor/markdown-it.js\\?v=[0-9a-f]{16}\">", html);
        foreach (var named in new[] { "js/page.js", "css/page.css", "vendor/markdown-it.js" })
        {
            var address = System.Text.RegularExpressions.Regex.Match(html, $"{named}\\?v=[0-9a-f]+").Value;
            using var file = await GetAsync(address);
            Assert.Contains("immutable", file.Headers.CacheControl?.ToString(), StringComparison.Ordinal);
            // A page of an earlier version gets the current file, but must not cache it.
            using var other = await GetAsync($"{named}?v=0123456789abcdef");
            Assert.Equal("no-cache", other.Headers.CacheControl?.ToString());
            Assert.Equal(await file.Content.ReadAsStringAsync(), await other.Content.ReadAsStringAsync());
        }
    }

    [Theory]
    [InlineData("br", "br")]
    [InlineData("gzip", "gzip")]
    [InlineData("gzip, deflate, br", "br")]
    [InlineData("br;q=0, gzip", "gzip")]
    [InlineData("identity", null)]
    public async Task The_script_is_served_in_the_best_accepted_encoding(string accepted, string? encoding)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, "/js/page.js") { Headers = { { "Accept-Encoding", accepted } } };
        using var answer = await server.Http.SendAsync(request);
        Assert.Equal(encoding, answer.Content.Headers.ContentEncoding.SingleOrDefault());
        Assert.Contains("Accept-Encoding", answer.Headers.Vary);
        var body = await answer.Content.ReadAsStreamAsync();
        using var unpacked = encoding switch
        {
            "br" => new BrotliStream(body, CompressionMode.Decompress),
            "gzip" => new GZipStream(body, CompressionMode.Decompress),
            _ => body,
        };
        using var plain = await GetAsync("/js/page.js");
        Assert.Equal(await plain.Content.ReadAsStringAsync(), await new StreamReader(unpacked).ReadToEndAsync());

        using var again = new HttpRequestMessage(
            HttpMethod.Get, "/js/page.js") { Headers = { { "If-None-Match", answer.Headers.ETag!.ToString() } } };
        using var same = await server.Http.SendAsync(again);
        Assert.Equal(HttpStatusCode.NotModified, same.StatusCode);
        using var head = await server.Http.SendAsync(new HttpRequestMessage(HttpMethod.Head, "/js/page.js"));
        Assert.Equal((HttpStatusCode.OK, plain.Content.Headers.ContentLength), (head.StatusCode, head.Content.Headers.ContentLength));
    }

    [Theory]
    [InlineData("/", "text/html")]
    [InlineData("/js/page.js", "text/javascript")]
    [InlineData("/js/early.js", "text/javascript")]
    [InlineData("/sw.js", "text/javascript")]
    [InlineData("/vendor/markdown-it.js", "text/javascript")]
    [InlineData("/css/page.css", "text/css")]
    [InlineData("/manifest.webmanifest", "application/manifest+json")]
    [InlineData("/icons/icon.svg", "image/svg+xml")]
    [InlineData("/icons/maskable.svg", "image/svg+xml")]
    public async Task Every_file_is_served_with_its_media_type(string path, string type)
    {
        using var file = await GetAsync(path);
        Assert.Equal((HttpStatusCode.OK, type), (file.StatusCode, file.Content.Headers.ContentType?.MediaType));
    }

    [Promise("P12")]
    [Theory]
    [InlineData("/appsettings.json")]
    [InlineData("/../appsettings.json")]
    [InlineData("/js/../../appsettings.json")]
    [InlineData("/%2e%2e/appsettings.json")]
    [InlineData("/..%2fappsettings.json")]
    [InlineData("/..%5cappsettings.json")]
    [InlineData("/%252e%252e/appsettings.json")]
    [InlineData("/hocon/actorchat.conf")]
    [InlineData("/../hocon/actorchat.conf")]
    [InlineData("/.git/config")]
    [InlineData("/data/actorchat.db")]
    [InlineData("/data/actorchat.db-wal")]
    [InlineData("/actorchat.db")]
    [InlineData("/actorchat.db-wal")]
    [InlineData("/ActorChat.Server.dll")]
    [InlineData("//etc/passwd")]
    [InlineData("/js/")]
    [InlineData("/no-such-page")]
    public async Task Other_paths_are_not_found(string path)
    {
        await using var raw = await RawSocket.ConnectAsync(server); // raw, because an HTTP client would normalize the path
        await raw.SendBytesAsync(Encoding.ASCII.GetBytes($"GET {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n"));
        Assert.Contains((await raw.ReadUpgradeAsync()).Status, new[] { 404, 400 });
    }
}
