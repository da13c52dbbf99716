namespace ActorChat.Promises;

/// <summary>One thing that ActorChat promises to its users. Documents and tests refer to it by <see cref="Id"/>.</summary>
/// <param name="Id">Never reused for another promise.</param>
/// <param name="Title">A few words.</param>
/// <param name="Text">What holds, in sentences that a user can check.</param>
public sealed record Promise(string Id, string Title, string Text)
{
    /// <summary>The only list of promises. docs/verification.md shows it with the tests of each promise.</summary>
    public static readonly IReadOnlyList<Promise> All =
    [
        new("P1", "Durable",
            "The server acknowledges a message only after the database has committed it. With `Storage:Synchronous=FULL` the disk has synced it, too."),
        new("P2", "Exactly once",
            "A client may repeat a send under its key as often as it likes, over lost connections, restarts and nodes. " +
            "The message is stored once, and every answer names the same `seq`."),
        new("P3", "One order", "Each conversation has one sequence without gaps, and every client sees the same event at each `seq`."),
        new("P4", "Complete resume",
            "A client that reconnects gets exactly what it missed, in order, or a `reset` that says why it has to start from the newest messages."),
        new("P5", "Isolated slow readers",
            "A client that does not read is disconnected after a bounded time. It costs the others no message, and it loses nothing when it resumes."),
        new("P6", "Bounded memory",
            "Each queue has a limit and a rule for overflow. Memory stops growing under stalled readers and connection churn."),
        new("P7", "Crash-safe",
            "The process may be killed at any moment, also during a start or a migration. The next start recovers without help and has every " +
            "acknowledged message."),
        new("P8", "Survives store failures",
            "While the disk is full or read-only, or the database is locked or away, each send is answered `unavailable` within 5 s. Writing " +
            "resumes by itself. If the trouble is there at startup, the server exits with one clear line."),
        new("P9", "Survives model failures",
            "A model that fails, hangs or never stops ends in a visible error that keeps the partial text. Each question has at most one answer."),
        new("P10", "Clean restart",
            "On SIGTERM the server announces `goaway`, stores and answers what it has received, and exits within 10 s. Clients resume without loss " +
            "or duplicates."),
        new("P11", "Immediate sign-out", "When a token is revoked, its connections are closed within a second, on every node."),
        new("P12", "Every input has an answer",
            "Bad or hostile input gets a defined error or close code. The process keeps running, and other clients do not notice."),
        new("P13", "Several nodes are one server",
            "P1 to P4 hold while nodes are killed, frozen or started again, and while PostgreSQL restarts or notifications are lost."),
    ];
}
