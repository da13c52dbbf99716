using Akka.Configuration;
using Akka.TestKit.Xunit2;

namespace ActorChat.Actors.Tests;

/// <summary>
/// Runs actors with the configuration of the product, hocon/actorchat.conf. Expected messages have 20 seconds to arrive, because a
/// machine may pause for seconds. Each spec sets its own time for messages that must not arrive.
/// </summary>
public abstract class PatientTestKit(string hocon = "") : TestKit(ConfigurationFactory.ParseString(hocon)
    .WithFallback("akka.test { single-expect-default = 20 s, filter-leeway = 20 s }")
    .WithFallback(Shipped))
{
    static readonly Config Shipped = ConfigurationFactory.ParseString(
        File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "hocon", "actorchat.conf")));
}
