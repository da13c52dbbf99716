using System.Runtime.InteropServices;

namespace ActorChat.Server.Hosting;

/// <summary>
/// The signals to stop, from the program's first moment to its last. One that comes while the server starts, perhaps in the middle of
/// taking over a large database, ends it at once, with one line: nothing is half done by that, as what a start changes in the database is
/// in transactions, and nobody is connected yet. Later ones stop the host, which goes down in order. It is one handler for both: with the
/// host's own one beside it, a signal in the middle of its start would also break that off, as an error in the log.
/// </summary>
sealed class StopSignals : IHostLifetime, IDisposable
{
    static readonly PosixSignal[] Stops = [PosixSignal.SIGTERM, PosixSignal.SIGINT, PosixSignal.SIGQUIT];

    readonly PosixSignalRegistration[] registered;
    volatile IHostApplicationLifetime? started;

    public StopSignals() => registered = [.. Stops.Select(signal => PosixSignalRegistration.Create(signal, Stop))];

    /// <summary>From the host's having started on, it is the one that is stopped.</summary>
    public void Attach(IHostApplicationLifetime host) => host.ApplicationStarted.Register(() => started = host);

    void Stop(PosixSignalContext signal)
    {
        signal.Cancel = true;
        if (started is { } host)
        {
            host.StopApplication();
            return;
        }
        Console.Error.WriteLine("ActorChat was stopped while it started.");
        Environment.Exit(0);
    }

    public Task WaitForStartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public void Dispose()
    {
        foreach (var one in registered) one.Dispose();
    }
}
