using System.IO.Pipelines;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Connections.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core;

namespace ActorChat.Server.Sockets;

/// <summary>
/// Puts a <see cref="SocketWriter"/> in the place of the web server's output pipe, below TLS and HTTP. A system call for each member is
/// what a message costs; the pipe, its reader and the hop between their threads cost half as much again.
/// </summary>
public static class DirectTransport
{
    // For a client that has closed or was closed and does not take its last bytes.
    static readonly TimeSpan LastBytes = TimeSpan.FromSeconds(5);

    public static void UseDirectWrites(this ListenOptions listen) => listen.Use(next => connection => RunAsync(connection, next));

    static async Task RunAsync(ConnectionContext connection, ConnectionDelegate next)
    {
        if (connection.Features.Get<IConnectionSocketFeature>()?.Socket is not { } socket)
        {
            await next(connection);
            return;
        }
        try
        {
            socket.Blocking = false; // a send that cannot go on says so instead of waiting
        }
        catch (ObjectDisposedException)
        {
            return; // gone before it began
        }
        var pipes = connection.Transport;
        var writer = new SocketWriter(socket, connection.Abort);
        connection.Transport = new Transport(pipes.Input, writer);
        try
        {
            await next(connection);
        }
        finally
        {
            writer.Complete();
            // closed with or without them
            await writer.WhenSentAsync().WaitAsync(LastBytes).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            connection.Transport = pipes;
        }
    }

    sealed record Transport(PipeReader Input, PipeWriter Output) : IDuplexPipe;
}
