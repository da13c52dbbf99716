using Akka.Configuration;
using Akka.Event;

namespace Akka.Actor;

/// <summary>The keys of the configuration that this runtime obeys, with Akka's defaults.</summary>
public sealed class Settings
{
    private const string Defaults = """
        akka {
          loglevel = INFO
          log-dead-letters = 10
          log-dead-letters-suspend-duration = 5 minutes
          actor.ask-timeout = infinite
          coordinated-shutdown {
            default-phase-timeout = 5 s
            run-by-actor-system-terminate = on
            terminate-actor-system = on
            phases.actor-system-terminate.timeout = 10 s
          }
        }
        """;

    internal Settings(Config config)
    {
        Config = config.WithFallback(ConfigurationFactory.ParseString(Defaults));
        LogLevel = Logging.LogLevelFor(Config.GetString("akka.loglevel"));
        LogDeadLetters = Config.GetString("akka.log-dead-letters") switch
        {
            "on" or "true" => int.MaxValue,
            "off" or "false" => 0,
            _ => Config.GetInt("akka.log-dead-letters"),
        };
        LogDeadLettersSuspendDuration = Config.GetTimeSpan("akka.log-dead-letters-suspend-duration");
        AskTimeout = Config.GetTimeSpan("akka.actor.ask-timeout");
    }

    public Config Config { get; }

    public TimeSpan AskTimeout { get; }

    public int LogDeadLetters { get; }

    public TimeSpan LogDeadLettersSuspendDuration { get; }

    internal LogLevel LogLevel { get; }
}
