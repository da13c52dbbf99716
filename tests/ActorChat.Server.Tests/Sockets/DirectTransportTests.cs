using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using ActorChat.Server.Sockets;
using ActorChat.Server.Tests.Processes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Connections.Features;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace ActorChat.Server.Tests.Sockets;

public sealed class DirectTransportTests
{
    [Theory]
    [InlineData("http")]
    [InlineData("https")]
    public async Task The_web_server_works_over_it_with_and_without_tls(string scheme)
    {
        var body = string.Concat(Enumerable.Range(0, 200_000).Select(n => $"{n} "));
        using var certificate = SelfSigned();
        var builder = WebApplication.CreateBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls($"{scheme}://127.0.0.1:0").ConfigureKestrel(kestrel =>
        {
            kestrel.ConfigureEndpointDefaults(listen => listen.UseDirectWrites());
            kestrel.ConfigureHttpsDefaults(https => https.ServerCertificate = certificate);
        });
        await using var app = builder.Build();
        app.MapGet("/", () => body);
        app.MapGet("/writer", (HttpContext http) => http.Features.Get<IConnectionTransportFeature>()!.Transport.Output.GetType().Name);
        await app.StartAsync();
        using var handler = new SocketsHttpHandler();
        handler.SslOptions.RemoteCertificateValidationCallback =
            (_, presented, _, _) => presented!.GetCertHashString() == certificate.Thumbprint;
        using var client = new HttpClient(handler) { BaseAddress = new Uri(app.Urls.Single()), Timeout = Deadline.Usual };

        Assert.Equal(body, await client.GetStringAsync("/"));
        if (scheme == "http") Assert.Equal(nameof(SocketWriter), await client.GetStringAsync("/writer"));
        await app.StopAsync();
    }

    static X509Certificate2 SelfSigned()
    {
        using var key = RSA.Create(2048);
        var request = new CertificateRequest("CN=localhost", key, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        using var created = request.CreateSelfSigned(DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddDays(1));
        return X509CertificateLoader.LoadPkcs12(created.Export(X509ContentType.Pfx), null);
    }
}
