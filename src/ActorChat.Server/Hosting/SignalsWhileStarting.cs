using System.Runtime.InteropServices;

namespace ActorChat.Server.Hosting;

/// <summary>
/// A signal to stop that comes while the server starts, perhaps in the middle of taking over a large database: it ends at once, with
/// one line. Nothing is half done by that: what a start changes in the database is in transactions, and nobody is connected yet.
/// </summary>
sealed class SignalsWhileStarting : IDisposable
{
    static readonly PosixSignal[] Stops = [PosixSignal.SIGTERM, PosixSignal.SIGINT, PosixSignal.SIGQUIT];

    readonly PosixSignalRegistration[] registered;

    public SignalsWhileStarting() => registered = [.. Stops.Select(signal => PosixSignalRegistration.Create(signal, End))];

    static void End(PosixSignalContext signal)
    {
        signal.Cancel = true;
        Console.Error.WriteLine("ActorChat was stopped while it started.");
        Environment.Exit(0);
    }

    public void Dispose()
    {
        foreach (var one in registered) one.Dispose();
    }
}
