using System.Net;
using System.Text;
using ActorChat.Server.Tests.Clients;
using ActorChat.Server.Tests.Processes;

namespace ActorChat.Server.Tests.Hosting;

[Collection(SharedServerTests.Name)]
public sealed class PageTests(SharedServer shared)
{
    readonly ServerProcess server = shared.Server;

    async Task<HttpResponseMessage> GetAsync(string path) => await server.Http.GetAsync(new Uri(path, UriKind.Relative));

    [Fact]
    public async Task Health_is_said_while_the_process_answers_and_readiness_while_it_can_store()
    {
        using var alive = await GetAsync("/healthz");
        using var ready = await GetAsync("/readyz");
        Assert.Equal((HttpStatusCode.OK, HttpStatusCode.OK), (alive.StatusCode, ready.StatusCode));
    }

    [Fact]
    public async Task The_page_is_served_with_a_policy_that_lets_nothing_foreign_in()
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
    public async Task Everything_that_the_page_names_is_there_and_not_empty()
    {
        using var page = await GetAsync("/");
        var html = await page.Content.ReadAsStringAsync();
        var named = System.Text.RegularExpressions.Regex.Matches(html, "(?:src|href)=\"(/?[^\":#]+)\"").Select(m => m.Groups[1].Value).Distinct().ToArray();
        Assert.NotEmpty(named);
        foreach (var path in named)
        {
            using var file = await GetAsync("/" + path.TrimStart('/'));
            Assert.True(file.IsSuccessStatusCode, path);
            Assert.True((await file.Content.ReadAsByteArrayAsync()).Length > 0, path);
        }
    }

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
    public async Task What_is_no_part_of_the_page_is_not_found(string path)
    {
        await using var raw = await RawSocket.ConnectAsync(server); // as typed: a client for HTTP would tidy the path up
        await raw.SendBytesAsync(Encoding.ASCII.GetBytes($"GET {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n"));
        Assert.Contains((await raw.ReadUpgradeAsync()).Status, new[] { 404, 400 });
    }
}
