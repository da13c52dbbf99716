namespace Akka.TestKit;

/// <summary>How the kit fails a test; the one place that knows the test framework is behind it.</summary>
public interface ITestKitAssertions
{
    void Fail(string format = "", params object?[] args);
    void AssertTrue(bool condition, string format = "", params object?[] args);
    void AssertEqual<T>(T expected, T actual, string format = "", params object?[] args);
}

/// <summary>Marks a test class whose thread is to have no implicit sender.</summary>
public interface INoImplicitSender;
