using System.Text;
using System.Text.Json;

namespace ActorChat.Selftest.Histories;

/// <summary>
/// A durable event as a client received it. Every client always gets the same bytes for an event, so two events are equal if their bytes
/// are.
/// </summary>
sealed class LoggedEvent : IEquatable<LoggedEvent>
{
    readonly byte[] bytes;

    LoggedEvent(JsonElement json, byte[] bytes)
    {
        this.bytes = bytes;
        Type = json.GetProperty("type").GetString()!;
        Seq = json.GetProperty("seq").GetInt64();
        if (json.TryGetProperty("sender", out var sender)) SenderId = sender.GetProperty("id").GetString();
        Key = TextOf(json, "key");
        Text = TextOf(json, "text") ?? "";
        Kind = TextOf(json, "kind");
        State = TextOf(json, "state");
        ReplyTo = NumberOf(json, "reply_to");
        Message = NumberOf(json, "message");
    }

    public string Raw => Encoding.UTF8.GetString(bytes);

    public string Type { get; }

    public long Seq { get; }

    public string? SenderId { get; }

    public string? Key { get; }

    public string Text { get; }

    public string? Kind { get; }

    /// <summary>The state of an answer of the bot.</summary>
    public string? State { get; }

    public long? ReplyTo { get; }

    /// <summary>The seq of the message that the event changes; null if it changes none.</summary>
    public long? Message { get; }

    public bool IsMessage => Type == "message";

    public bool IsSaidByPerson => IsMessage && Kind == "user_message";

    /// <exception cref="ProtocolBrokenException">The bytes are not an event.</exception>
    public static LoggedEvent Parse(byte[] utf8)
    {
        try
        {
            using var document = JsonDocument.Parse(utf8);
            return new LoggedEvent(document.RootElement, utf8);
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException or KeyNotFoundException or FormatException)
        {
            throw new ProtocolBrokenException($"This is not an event: {Encoding.UTF8.GetString(utf8)}", e);
        }
    }

    static string? TextOf(JsonElement json, string field) =>
        json.TryGetProperty(field, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;

    static long? NumberOf(JsonElement json, string field) =>
        json.TryGetProperty(field, out var value) && value.ValueKind == JsonValueKind.Number ? value.GetInt64() : null;

    public bool Equals(LoggedEvent? other) =>
        ReferenceEquals(this, other) || (other is not null && bytes.AsSpan().SequenceEqual(other.bytes));

    public override bool Equals(object? obj) => Equals(obj as LoggedEvent);

    public override int GetHashCode() => HashCode.Combine(Seq, bytes.Length);

    public override string ToString() => Raw is var raw && raw.Length <= 200 ? raw : raw[..200] + "…";
}

/// <summary>The server sent something that is not in the protocol.</summary>
sealed class ProtocolBrokenException(string message, Exception? inner = null) : Exception(message, inner);
