using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Text.RegularExpressions;
using ActorChat.Server.Tests.Processes;
using ActorChat.Selftest.Processes;

namespace ActorChat.Server.Tests.Nodes;

/// <summary>nginx with docs/deploy/nginx.conf. Only the addresses of nginx and of the nodes are replaced.</summary>
sealed class Nginx : IAsyncDisposable
{
    const string Program = "/usr/sbin/nginx";

    readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("actorchat-nginx-");
    readonly string configuration;
    Process? process;

    public Nginx(IReadOnlyList<IPEndPoint> nodes)
    {
        EndPoint = new IPEndPoint(IPAddress.Loopback, LoopbackPort.Free());
        var text = File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "nginx.conf"));
        var next = 0;
        text = Regex.Replace(text, @"server 10\.[0-9.]+:8765", _ => $"server {nodes[next++]}");
        Assert.Equal(nodes.Count, next);
        text = text.Replace("listen 80;", $"listen {EndPoint};", StringComparison.Ordinal);
        // The default paths are in folders of the system.
        const string Paths =
            "access_log off; client_body_temp_path body; proxy_temp_path proxy; fastcgi_temp_path f; uwsgi_temp_path u; scgi_temp_path s;";
        text = Regex.Replace(text, "^http \\{", $"http {{ {Paths}", RegexOptions.Multiline);
        configuration = Path.Combine(folder.FullName, "nginx.conf");
        File.WriteAllText(configuration, "daemon off; pid nginx.pid; error_log errors.log;\n" + text);
    }

    public static bool IsInstalled => File.Exists(Program);

    public IPEndPoint EndPoint { get; }

    public async Task StartAsync()
    {
        process = Process.Start(new ProcessStartInfo(Program, ["-p", folder.FullName + "/", "-e", "errors.log", "-c", configuration]))!;
        await Deadline.UntilAsync(AnswersAsync, Deadline.Usual, () => "nginx did not start.");
    }

    async Task<bool> AnswersAsync()
    {
        Assert.False(process!.HasExited, "nginx has ended.");
        try
        {
            using var client = new TcpClient();
            await client.ConnectAsync(EndPoint);
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (process is not null)
        {
            if (!process.HasExited) process.Kill(entireProcessTree: true);
            await process.WaitForExitAsync();
            process.Dispose();
        }
        folder.Delete(recursive: true);
    }
}
