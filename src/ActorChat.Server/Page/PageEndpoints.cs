using Microsoft.AspNetCore.StaticFiles;

namespace ActorChat.Server.Page;

/// <summary>The page and what a browser may do with it: nothing inline, nothing foreign, in nobody's frame.</summary>
public static class PageEndpoints
{
    const string Policy =
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; manifest-src 'self'; worker-src 'self'; " +
        "font-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'; require-trusted-types-for 'script'; trusted-types actorchat";

    public static void UsePage(this WebApplication app)
    {
        ArgumentNullException.ThrowIfNull(app);
        app.Use((http, next) =>
        {
            var headers = http.Response.Headers;
            headers.ContentSecurityPolicy = Policy;
            headers.XContentTypeOptions = "nosniff";
            headers["Referrer-Policy"] = "no-referrer";
            headers["Cross-Origin-Opener-Policy"] = "same-origin";
            return next(http);
        });
        // While developing, every file is served as it is edited.
        if (!app.Environment.IsDevelopment())
        {
            var files = PageFiles.Read(app.Environment.WebRootPath);
            app.Use((http, next) => (HttpMethods.IsGet(http.Request.Method) || HttpMethods.IsHead(http.Request.Method))
                && files.TryGetValue(http.Request.Path.Value ?? "", out var file) ? file.SendAsync(http) : next(http));
        }
        app.UseDefaultFiles();
        app.UseStaticFiles(new StaticFileOptions
        {
            ContentTypeProvider = new FileExtensionContentTypeProvider { Mappings = { [".webmanifest"] = "application/manifest+json" } },
            OnPrepareResponse = file => file.Context.Response.Headers.CacheControl = "no-cache", // asked again by ETag: a new version is seen at once
        });
    }
}
