using System.Runtime.CompilerServices;
using ActorChat.Domain;
using Microsoft.Extensions.AI;
using Microsoft.Extensions.Options;

namespace ActorChat.Server.Ai;

/// <summary>
/// Answers without a model. The question's words select one of a few subjects with a fixed answer. The first match wins, so the order of
/// <see cref="Subjects"/> matters.
/// </summary>
sealed class MockChatClient(IOptions<AiOptions> options, TimeProvider time) : IChatClient
{
    static readonly ChatClientMetadata Metadata = new(AiOptions.Mock, defaultModelId: AiOptions.Mock);

    readonly TimeSpan pause = TimeSpan.FromMilliseconds(options.Value.MockDelayMs);

    static readonly (string[] Words, string Answer)[] Subjects =
    [
        (["python", "py", "django", "flask", "fastapi"],
            "**Python** is a good first language: readable, with a library for nearly everything. For the web, FastAPI gives you typed " +
            "endpoints and async handlers, Flask stays small and lets you choose, and Django includes everything. " +
            "Start with a virtual environment, `pip install` what you need, and use types for function signatures:\n\n" +
            "```python\n@app.get(\"/rooms/{name}\")\nasync def room(name: str) -> Room:\n    return await rooms.find(name)\n```"),
        (["async", "await", "asyncio", "concurrent", "asynchronous"],
            "**Async** code waits without holding a thread. At an `await` the thread is free for other work until the result is there. " +
            "One thread can serve thousands of sockets that way, as long as no code blocks it. Three habits help: never block in " +
            "async code, give every wait a timeout, and bound every queue."),
        (["websocket", "ws://", "real-time", "bidirectional", "connection"],
            "A **WebSocket** is one TCP connection that both sides may write to at any time. It begins as an HTTP request with " +
            "`Upgrade: websocket` and then carries small frames both ways, so nobody has to poll. Connections break, so give messages " +
            "numbers: a client that reconnects sends the last number it saw and gets exactly the rest. This room works like that."),
        (["event", "queue", "publisher", "consumer", "event-driven"],
            "In an **event-driven** system a publisher reports what has happened and does not know its consumers. They read events from " +
            "a queue at their own pace. That decouples them in time, and a bounded queue shows when a consumer is too slow. Here each " +
            "actor's mailbox is such a queue: one message at a time, in order, without shared memory."),
        (["database", "sqlite", "sql", "store", "persistence"],
            "A **database** keeps data safe when the power fails. SQLite stores a whole one in a single file. In WAL mode readers never " +
            "wait for the writer, and one `fsync` makes a whole transaction durable, so many rows in one commit cost hardly more than " +
            "one row. This room acknowledges your message only after that commit."),
    ];

    /// <summary>Returns the whole answer to a question.</summary>
    public static string AnswerTo(string question)
    {
        foreach (var (words, answer) in Subjects)
            if (words.Any(word => question.Contains(word, StringComparison.OrdinalIgnoreCase)))
                return answer;
        return $"You asked: “{question.ReplaceLineEndings(" ")}”. I have no answer to that. " +
            "I can help with Python, async code, WebSockets, events and queues, and databases: ask me about one of those.";
    }

    public async IAsyncEnumerable<ChatResponseUpdate> GetStreamingResponseAsync(
        IEnumerable<ChatMessage> messages, ChatOptions? options = null,
        [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        var shown = messages.ToArray();
        var answer = AnswerTo(shown.Last(m => m.Role == ChatRole.User).Text);
        for (var start = 0; start < answer.Length;)
        {
            // One word and the space after it, about as much as a model streams at a time.
            var end = answer.IndexOf(' ', Math.Min(start + 3, answer.Length - 1)) is var space and >= 0 ? space + 1 : answer.Length;
            yield return new ChatResponseUpdate(ChatRole.Assistant, answer[start..end]);
            start = end;
            if (pause > TimeSpan.Zero) await Task.Delay(pause, time, cancellationToken);
        }
        var usage = new UsageDetails { InputTokenCount = shown.Sum(m => Words(m.Text)), OutputTokenCount = Words(answer) };
        yield return new ChatResponseUpdate(ChatRole.Assistant, [new UsageContent(usage)]);
    }

    // The mock has no tokens, so it counts words.
    static int Words(string text) => text.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries).Length;

    public async Task<ChatResponse> GetResponseAsync(
        IEnumerable<ChatMessage> messages, ChatOptions? options = null, CancellationToken cancellationToken = default) =>
        await GetStreamingResponseAsync(messages, options, cancellationToken).ToChatResponseAsync(cancellationToken);

    public object? GetService(Type serviceType, object? serviceKey = null) =>
        serviceType == typeof(ChatClientMetadata) ? Metadata : serviceType?.IsInstanceOfType(this) == true ? this : null;

    public void Dispose()
    {
    }
}
