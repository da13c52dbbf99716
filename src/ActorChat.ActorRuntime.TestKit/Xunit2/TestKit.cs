using Akka.Actor;
using Akka.Configuration;
using Akka.Event;
using Xunit.Abstractions;

namespace Akka.TestKit.Xunit2;

/// <summary>The base of a test class for xunit: one system per test, ended with it.</summary>
public class TestKit : TestKitBase, IDisposable
{
    protected readonly ITestOutputHelper Output;
    private bool disposed;

    public TestKit(ActorSystem? system = null, ITestOutputHelper? output = null)
        : base(Assertions, system)
    {
        Output = output!;
        InitializeLogger(Sys);
    }

    public TestKit(Config config, string? actorSystemName = null, ITestOutputHelper? output = null)
        : base(Assertions, config, actorSystemName)
    {
        Output = output!;
        InitializeLogger(Sys);
    }

    public TestKit(string config, ITestOutputHelper? output = null)
        : this(ConfigurationFactory.ParseString(config), null, output) { }

    public static new Config DefaultConfig => TestKitBase.DefaultConfig;
    public static new Config FullDebugConfig => TestKitBase.FullDebugConfig;
    protected static new XunitAssertions Assertions { get; } = new();

    public void Dispose()
    {
        Dispose(true);
        GC.SuppressFinalize(this);
    }

    /// <summary>Runs before the system is ended.</summary>
    protected virtual void AfterAll() { }

    protected virtual void Dispose(bool disposing)
    {
        if (disposed)
            return;
        disposed = true;
        try
        {
            AfterAll();
        }
        finally
        {
            Shutdown();
            ActorCell.SpeakAs(null);
        }
    }

    protected void InitializeLogger(ActorSystem system)
    {
        if (Output is not null)
            system.EventStream.Published += Write;
    }

    private void Write(object published)
    {
        if (published is not LogEvent logEvent || disposed)
            return;
        try
        {
            Output.WriteLine($"[{logEvent.LogLevel()}][{logEvent.LogSource}] {LogWriter.Text(logEvent)} {logEvent.Cause}");
        }
        catch (InvalidOperationException)
        {
            // xunit takes no more output of a test that has ended.
        }
    }
}
