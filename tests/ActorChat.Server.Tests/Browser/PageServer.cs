using ActorChat.Selftest.Processes;
using ActorChat.Server.Page;
using ActorChat.Server.Tests.Docs;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace ActorChat.Server.Tests.Browser;

/// <summary>Serves only the page, as the server does, without the chat; a test can replace it with another version.</summary>
sealed class PageServer : IAsyncDisposable
{
    readonly WebApplication front;
    volatile RequestDelegate pages;
    volatile string without = "";
    volatile Task refusal = Task.CompletedTask;
    int refused;

    PageServer(WebApplication front, RequestDelegate pages) => (this.front, this.pages) = (front, pages);

    public string Address => front.Urls.First();

    /// <summary>The number of requests for the missing file.</summary>
    public int Refused => Volatile.Read(ref refused);

    public static async Task<PageServer> StartAsync(string folder)
    {
        var front = Build(folder);
        front.Urls.Add($"http://127.0.0.1:{LoopbackPort.Free()}");
        var server = new PageServer(front, PagesOf(folder));
        front.Run(server.HandleAsync);
        await front.StartAsync();
        return server;
    }

    /// <param name="folder">The folder of the new version.</param>
    /// <param name="without">The path of a file to answer with 503.</param>
    /// <param name="refusal">Completes when the 503 may be sent.</param>
    public void Serve(string folder, string without = "", Task? refusal = null)
    {
        this.refusal = refusal ?? Task.CompletedTask;
        this.without = without;
        pages = PagesOf(folder);
    }

    async Task HandleAsync(HttpContext http)
    {
        if (http.Request.Path != without)
        {
            await pages(http);
            return;
        }
        var wait = refusal;
        Interlocked.Increment(ref refused);
        await wait;
        http.Response.StatusCode = StatusCodes.Status503ServiceUnavailable;
    }

    static WebApplication Build(string folder)
    {
        var builder = WebApplication.CreateBuilder(
            new WebApplicationOptions { WebRootPath = folder, ContentRootPath = folder, EnvironmentName = "Production" });
        builder.Logging.ClearProviders();
        return builder.Build();
    }

    static RequestDelegate PagesOf(string folder)
    {
        var app = Build(folder);
        app.UsePage();
        return ((IApplicationBuilder)app).Build();
    }

    public ValueTask DisposeAsync() => front.DisposeAsync();
}

/// <summary>Copies of the page whose HTML, CSS and JavaScript each contain the version.</summary>
sealed class PageVersions : IDisposable
{
    readonly DirectoryInfo root = Directory.CreateTempSubdirectory("actorchat-page-");

    public string Write(string version)
    {
        var folder = Path.Combine(root.FullName, version);
        var source = Path.Combine(Repository.Root, "wwwroot");
        foreach (var file in Directory.EnumerateFiles(source, "*", SearchOption.AllDirectories))
        {
            var copy = Path.Combine(folder, Path.GetRelativePath(source, file));
            Directory.CreateDirectory(Path.GetDirectoryName(copy)!);
            File.Copy(file, copy, overwrite: true);
        }
        var index = Path.Combine(folder, "index.html");
        File.WriteAllText(index,
            File.ReadAllText(index).Replace("<title>ActorChat</title>", $"<title>{version}</title>", StringComparison.Ordinal));
        File.AppendAllText(Path.Combine(folder, "css", "tokens.css"), $":root {{ --version: {version}; }}\n");
        File.AppendAllText(Path.Combine(folder, "js", "main.js"), $"globalThis.version = \"{version}\";\n");
        return folder;
    }

    public void Dispose() => root.Delete(recursive: true);
}
