using System.Runtime.CompilerServices;
using ActorChat.Domain;
using Microsoft.Extensions.AI;
using Microsoft.Extensions.Options;

namespace ActorChat.Server.Ai;

/// <summary>
/// The bot without a model: finds the subject of a question by its words and has an answer ready for each. The first subject that has
/// a word in the question wins, so the order of <see cref="Subjects"/> matters.
/// </summary>
sealed class MockChatClient(IOptions<AiOptions> options, TimeProvider time) : IChatClient
{
    static readonly ChatClientMetadata Metadata = new(AiOptions.Mock, defaultModelId: AiOptions.Mock);

    readonly TimeSpan pause = TimeSpan.FromMilliseconds(options.Value.MockDelayMs);

    static readonly (string[] Words, string Answer)[] Subjects =
    [
        (["python", "py", "django", "flask", "fastapi"],
            "**Python** is a good first language and a fine last one: readable, with a library for nearly everything. For the web, " +
            "FastAPI gives you typed endpoints and async handlers, Flask stays small and lets you choose, Django brings the whole house. " +
            "Start with a virtual environment, `pip install` what you need, and keep types on the edges:\n\n" +
            "```python\n@app.get(\"/rooms/{name}\")\nasync def room(name: str) -> Room:\n    return await rooms.find(name)\n```"),
        (["async", "await", "asyncio", "concurrent", "asynchronous"],
            "**Async** code waits without holding a thread. An `await` says: I have nothing to do until this is done, go and serve somebody else. " +
            "One thread can look after thousands of sockets that way, as long as nobody blocks it. Three habits help: never block inside async code, " +
            "give every wait a time-out, and bound every queue, since what waits has to wait somewhere."),
        (["websocket", "ws://", "real-time", "bidirectional", "connection"],
            "A **WebSocket** is one TCP connection that both sides may write to at any time. It begins as an HTTP request with `Upgrade: websocket`, " +
            "then carries small frames both ways, so nobody has to poll. Connections break, so give messages numbers: a client that comes back says " +
            "which it saw last, and gets exactly the rest. That is what this room does with you."),
        (["event", "queue", "publisher", "consumer", "event-driven"],
            "In an **event-driven** system a publisher says what has happened and does not care who listens; consumers take it from a queue at their own pace. " +
            "That decouples them in time, and a bounded queue shows when one of them is too slow. Here each actor's mailbox is such a queue: one message at a time, " +
            "in order, and nobody shares memory."),
        (["database", "sqlite", "sql", "store", "persistence"],
            "A **database** earns its keep when the power goes. SQLite keeps a whole one in a single file: in WAL mode readers never wait for the writer, and one " +
            "`fsync` makes a whole transaction durable, so grouping what waits into one commit costs hardly more than a single row. This room answers you only after " +
            "that commit."),
    ];

    /// <summary>The whole answer to a question.</summary>
    public static string AnswerTo(string question)
    {
        ArgumentNullException.ThrowIfNull(question);
        foreach (var (words, answer) in Subjects)
            if (words.Any(word => question.Contains(word, StringComparison.OrdinalIgnoreCase)))
                return answer;
        return $"You asked: “{question.ReplaceLineEndings(" ")}”. I have no answer to that. I can help with Python, async code, WebSockets, events and queues, " +
            "and databases: ask me about one of those.";
    }

    public async IAsyncEnumerable<ChatResponseUpdate> GetStreamingResponseAsync(
        IEnumerable<ChatMessage> messages, ChatOptions? options = null, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(messages);
        var shown = messages.ToArray();
        var answer = AnswerTo(shown.Last(m => m.Role == ChatRole.User).Text);
        for (var start = 0; start < answer.Length;)
        {
            // A word and the space behind it: about what a model gives at a time.
            var end = answer.IndexOf(' ', Math.Min(start + 3, answer.Length - 1)) is var space and >= 0 ? space + 1 : answer.Length;
            yield return new ChatResponseUpdate(ChatRole.Assistant, answer[start..end]);
            start = end;
            if (pause > TimeSpan.Zero) await Task.Delay(pause, time, cancellationToken);
        }
        yield return new ChatResponseUpdate(ChatRole.Assistant, [new UsageContent(new UsageDetails { InputTokenCount = shown.Sum(m => Words(m.Text)), OutputTokenCount = Words(answer) })]);
    }

    // It has no tokens; its words stand for them.
    static int Words(string text) => text.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries).Length;

    public async Task<ChatResponse> GetResponseAsync(IEnumerable<ChatMessage> messages, ChatOptions? options = null, CancellationToken cancellationToken = default) =>
        await GetStreamingResponseAsync(messages, options, cancellationToken).ToChatResponseAsync(cancellationToken);

    public object? GetService(Type serviceType, object? serviceKey = null) =>
        serviceType == typeof(ChatClientMetadata) ? Metadata : serviceType?.IsInstanceOfType(this) == true ? this : null;

    public void Dispose()
    {
    }
}
