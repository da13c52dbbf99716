using Akka.Configuration;

namespace ActorChat.ActorRuntime.Tests;

public class ConfigSpecs
{
    private readonly Config config = ConfigurationFactory.ParseString("""
        # the house
        chat {
          name = "The \"old\" house"   // with a comment
          rooms : 12
          open = on, closed = off
          plain = some words
          size = 64KiB
          half = 500 kB
          every = 5s
          short = 100ms
          ever = infinite
          factor = 1.5
          doors = [front, "back door"]
          cellar.depth = 3
          cellar { width = 4 }
        }
        chat.late = yes please
        """);

    [Fact]
    public void Values_are_read_by_path()
    {
        Assert.Equal("The \"old\" house", config.GetString("chat.name"));
        Assert.Equal(12, config.GetInt("chat.rooms"));
        Assert.Equal(12L, config.GetLong("chat.rooms"));
        Assert.Equal((true, false), (config.GetBoolean("chat.open"), config.GetBoolean("chat.closed")));
        Assert.Equal("some words", config.GetString("chat.plain"));
        Assert.Equal(1.5, config.GetDouble("chat.factor"));
        Assert.Equal("yes please", config.GetString("chat.late"));
        Assert.Equal(["front", "back door"], config.GetStringList("chat.doors"));
        Assert.Equal((3, 4), (config.GetInt("chat.cellar.depth"), config.GetInt("chat.cellar.width")));
    }

    [Fact]
    public void Durations_and_sizes_have_units()
    {
        Assert.Equal(TimeSpan.FromSeconds(5), config.GetTimeSpan("chat.every"));
        Assert.Equal(TimeSpan.FromMilliseconds(100), config.GetTimeSpan("chat.short"));
        Assert.Equal(Timeout.InfiniteTimeSpan, config.GetTimeSpan("chat.ever"));
        Assert.Equal(65536L, config.GetByteSize("chat.size"));
        Assert.Equal(500_000L, config.GetByteSize("chat.half"));
    }

    [Fact]
    public void What_is_missing_is_the_default()
    {
        Assert.False(config.HasPath("chat.attic"));
        Assert.True(config.HasPath("chat.cellar"));
        Assert.Equal(("none", 7, true), (config.GetString("chat.attic", "none"), config.GetInt("x", 7), config.GetBoolean("x", true)));
        Assert.Null(config.GetString("chat.attic"));
        Assert.Null(config.GetByteSize("chat.attic"));
        Assert.Equal(TimeSpan.FromSeconds(1), config.GetTimeSpan("chat.attic", TimeSpan.FromSeconds(1)));
    }

    [Fact]
    public void A_part_is_a_configuration_of_its_own()
    {
        var cellar = config.GetConfig("chat.cellar");
        Assert.Equal(3, cellar.GetInt("depth"));
        Assert.Equal(["depth", "width"], cellar.AsEnumerable().Select(entry => entry.Key).Order());
        Assert.Equal(["chat"], config.AsEnumerable().Select(entry => entry.Key));
    }

    [Fact]
    public void A_fallback_fills_the_gaps()
    {
        var merged = config.WithFallback(ConfigurationFactory.ParseString("chat { rooms = 1, cellar { light = dim } }\nother = 1"));
        Assert.Equal(12, merged.GetInt("chat.rooms"));
        Assert.Equal(("dim", 3), (merged.GetString("chat.cellar.light"), merged.GetInt("chat.cellar.depth")));
        Assert.Equal(1, merged.GetInt("other"));
        Assert.True(Config.Empty.IsEmpty);
    }
}
