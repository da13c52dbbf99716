using System.Runtime.InteropServices;

namespace ActorChat.Server.Hosting;

/// <summary>
/// Handles the stop signals for the whole life of the process. A signal during startup, which may take long if a large database is
/// migrated, exits at once with one line. That is safe: startup changes the database only in transactions, and no client is connected.
/// A later signal shuts the host down gracefully. This class replaces the host's console lifetime, which would abort startup with an
/// error in the log.
/// </summary>
sealed class StopSignals : IHostLifetime, IDisposable
{
    static readonly PosixSignal[] Signals = [PosixSignal.SIGTERM, PosixSignal.SIGINT, PosixSignal.SIGQUIT];

    readonly PosixSignalRegistration[] registrations;
    volatile IHostApplicationLifetime? started;

    public StopSignals() => registrations = [.. Signals.Select(signal => PosixSignalRegistration.Create(signal, Stop))];

    /// <summary>Signals stop <paramref name="host"/> as soon as it has started.</summary>
    public void Attach(IHostApplicationLifetime host) => host.ApplicationStarted.Register(() => started = host);

    void Stop(PosixSignalContext signal)
    {
        signal.Cancel = true;
        if (started is { } host)
        {
            host.StopApplication();
            return;
        }
        Console.Error.WriteLine("ActorChat was stopped during startup.");
        Environment.Exit(0);
    }

    public Task WaitForStartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public void Dispose()
    {
        foreach (var registration in registrations) registration.Dispose();
    }
}
