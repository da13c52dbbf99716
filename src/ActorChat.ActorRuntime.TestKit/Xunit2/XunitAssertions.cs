using System.Globalization;
using Xunit;

namespace Akka.TestKit.Xunit2;

public class XunitAssertions : ITestKitAssertions
{
    public void Fail(string format = "", params object?[] args) => Assert.Fail(Format(format, args));

    public void AssertTrue(bool condition, string format = "", params object?[] args)
    {
        if (!condition)
            Assert.True(condition, Format(format, args));
    }

    public void AssertEqual<T>(T expected, T actual, string format = "", params object?[] args) => Assert.Equal(expected, actual);
    private static string Format(string format, object?[] args) => string.Format(CultureInfo.InvariantCulture, format, args);
}
