using Akka.Configuration;

namespace ActorChat.ActorRuntime.Tests;

/// <summary>Details of the language where we are stricter than Akka.NET: what is not understood is an error.</summary>
public class HoconSpecs
{
    [Theory]
    [InlineData("include \"other.conf\"")]
    [InlineData("a = ${b}")]
    [InlineData("a = \"open")]
    [InlineData("a { b = 1")]
    [InlineData("a = [1, 2")]
    [InlineData("a = 1 }")]
    [InlineData("a =")]
    [InlineData("= 1")]
    public void What_is_not_understood_is_an_error_that_names_the_line(string hocon)
    {
        var error = Assert.Throws<FormatException>(() => ConfigurationFactory.ParseString("first = 1\n" + hocon));
        Assert.Contains("line", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Keys_can_be_quoted_and_values_written_in_several_ways()
    {
        var config = ConfigurationFactory.ParseString("""
            { "a.b" { c = 1 }
              d = "tab\tquote\"A"
              nothing = null
              url = "https://example.org/#x"
              nested { list = [ { x = 1 }, [2] ] } }
            """);
        Assert.Equal(1, config.GetInt("\"a.b\".c"));
        Assert.Equal("tab\tquote\"A", config.GetString("d"));
        Assert.False(config.HasPath("nothing"));
        Assert.Equal("https://example.org/#x", config.GetString("url"));
        Assert.Equal(2, config.GetValue("nested.list").GetArray().Count);
    }

    [Theory]
    [InlineData("a = 5 apples")]
    [InlineData("a = -5 s")]
    public void A_duration_that_is_none_is_an_error(string hocon) =>
        Assert.Throws<FormatException>(() => ConfigurationFactory.ParseString(hocon).GetTimeSpan("a"));
}
