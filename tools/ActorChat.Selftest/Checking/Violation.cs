namespace ActorChat.Selftest.Checking;

/// <summary>A promise that was broken: by which rule, on which message, and how one can tell.</summary>
public sealed record Violation(string Rule, string Message, string Evidence)
{
    public override string ToString() => $"{Rule}: {Message}: {Evidence.ReplaceLineEndings(" ")}";
}

/// <summary>What is wrong with a history, under one rule.</summary>
public sealed record Finding(string Message, string Evidence);

/// <param name="Name">As it stands in a violation.</param>
/// <param name="Promise">What holds where the rule does.</param>
public sealed record Rule(string Name, string Promise, Func<IndexedHistory, IEnumerable<Finding>> Check);
