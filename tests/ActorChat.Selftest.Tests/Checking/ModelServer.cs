using System.Text.Json;
using ActorChat.Selftest.Histories;

namespace ActorChat.Selftest.Tests.Checking;

/// <summary>The smallest server that keeps every promise.</summary>
sealed class ModelServer
{
    readonly Dictionary<(string User, string Key), LoggedEvent> keys = [];

    public List<LoggedEvent> Log { get; } = [];

    public long Head => Log.Count;

    public static LoggedEvent Event(object fields) => LoggedEvent.Parse(JsonSerializer.SerializeToUtf8Bytes(fields));

    public static LoggedEvent Message(long seq, string user, string key, string text) => Event(new
    {
        type = "message", conversation = "default", seq, sender = new { id = user, name = user }, kind = "user_message", text, key,
            at = At(seq),
    });

    public static LoggedEvent Answer(long seq, long question) => Event(new
    {
        type = "message", conversation = "default", seq, sender = new { id = "aibot", name = "AIBot" }, kind = "ai_response", text = "",
            reply_to = question, state = "running", at = At(seq),
    });

    public static LoggedEvent End(long seq, long message, string text) =>
        Event(new { type = "answered", conversation = "default", seq, message, state = "done", text, at = At(seq) });

    public static string At(long seq) => $"at {seq}";

    public (LoggedEvent Stored, bool Duplicate) Store(string user, string key, string text)
    {
        if (keys.TryGetValue((user, key), out var stored)) return (stored, true);
        stored = Message(Head + 1, user, key, text);
        Log.Add(stored);
        keys.Add((user, key), stored);
        return (stored, false);
    }

    public IReadOnlyList<FoldedMessage> Messages(long asOf, int newest = int.MaxValue)
    {
        var fold = new Fold();
        foreach (var e in Log.Where(e => e.Seq <= asOf)) fold.Apply(e);
        return [.. fold.Messages.TakeLast(newest)];
    }
}
