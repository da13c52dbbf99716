namespace ActorChat.Selftest.Checking;

/// <summary>A broken promise: its rule, the message, and the evidence.</summary>
sealed record Violation(string Rule, string Message, string Evidence)
{
    public override string ToString() => $"{Rule}: {Message}: {Evidence.ReplaceLineEndings(" ")}";
}

/// <summary>What one rule finds wrong with a history.</summary>
sealed record Finding(string Message, string Evidence);

/// <param name="Name">Its name in a violation.</param>
/// <param name="Promise">What the rule checks.</param>
sealed record Rule(string Name, string Promise, Func<IndexedHistory, IEnumerable<Finding>> Check);
