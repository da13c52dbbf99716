using Microsoft.AspNetCore.StaticFiles;

namespace ActorChat.Server.Page;

/// <summary>
/// Serves the page. Its security policy forbids inline scripts and styles, resources of other origins, and frames of other pages.
/// </summary>
static class PageEndpoints
{
    const string Policy =
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; manifest-src 'self'; " +
        "worker-src 'self'; font-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'; " +
        "require-trusted-types-for 'script'; trusted-types actorchat";

    public static void UsePage(this WebApplication app)
    {
        app.Use((http, next) =>
        {
            var headers = http.Response.Headers;
            headers.ContentSecurityPolicy = Policy;
            headers.XContentTypeOptions = "nosniff";
            headers["Referrer-Policy"] = "no-referrer";
            headers["Cross-Origin-Opener-Policy"] = "same-origin";
            return next(http);
        });
        // In development the files below are served unchanged.
        if (!app.Environment.IsDevelopment())
        {
            var files = PageFiles.Read(app.Environment.WebRootPath);
            app.Use((http, next) =>
                (HttpMethods.IsGet(http.Request.Method) || HttpMethods.IsHead(http.Request.Method))
                && files.TryGetValue(http.Request.Path.Value ?? "", out var file)
                    ? file.SendAsync(http)
                    : next(http));
        }
        app.UseDefaultFiles();
        app.UseStaticFiles(new StaticFileOptions
        {
            ContentTypeProvider = new FileExtensionContentTypeProvider { Mappings = { [".webmanifest"] = "application/manifest+json" } },
            // The browser revalidates by ETag, so it sees a new version at once.
            OnPrepareResponse = file => file.Context.Response.Headers.CacheControl = "no-cache",
        });
    }
}
