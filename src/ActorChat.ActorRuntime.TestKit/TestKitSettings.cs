using Akka.Configuration;

namespace Akka.TestKit;

public class TestKitSettings
{
    public TestKitSettings(Config config)
    {
        DefaultTimeout = config.GetTimeSpan("akka.test.default-timeout", null, allowInfinite: false);
        SingleExpectDefault = config.GetTimeSpan("akka.test.single-expect-default", null, allowInfinite: false);
        TestEventFilterLeeway = config.GetTimeSpan("akka.test.filter-leeway", null, allowInfinite: false);
        TestTimeFactor = config.GetDouble("akka.test.timefactor");
        if (TestTimeFactor <= 0)
            throw new ConfigurationException($"Expected a positive value for \"akka.test.timefactor\" but found {TestTimeFactor}");
    }

    public TimeSpan DefaultTimeout { get; }

    public TimeSpan SingleExpectDefault { get; }

    public TimeSpan TestEventFilterLeeway { get; }

    /// <summary>Every duration is multiplied by it: more than 1 for a slow machine.</summary>
    public double TestTimeFactor { get; }
}
