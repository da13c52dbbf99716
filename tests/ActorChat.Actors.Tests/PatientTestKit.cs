using Akka.Configuration;
using Akka.TestKit.Xunit2;

namespace ActorChat.Actors.Tests;

/// <summary>
/// Actors run as the product runs them, by hocon/actorchat.conf. What is to come has long to do so: a machine may stand still for seconds.
/// What is not to come is given its own time by each spec.
/// </summary>
public abstract class PatientTestKit(string hocon = "") : TestKit(ConfigurationFactory.ParseString(hocon)
    .WithFallback("akka.test { single-expect-default = 20 s, filter-leeway = 20 s }")
    .WithFallback(Shipped))
{
    static readonly Config Shipped = ConfigurationFactory.ParseString(
        File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "hocon", "actorchat.conf")));
}
