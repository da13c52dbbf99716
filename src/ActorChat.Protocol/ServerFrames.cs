using System.Text.Json;
using ActorChat.Domain;

namespace ActorChat.Protocol;

/// <summary>
/// The frames of <c>actorchat.v1</c> that are not durable events: replies, the frames that open a conversation, and ephemeral events.
/// </summary>
public static class ServerFrames
{
    /// <summary>Begins an <c>ok</c>. The caller may add fields and ends the frame.</summary>
    public static Utf8JsonWriter BeginOk(FrameBatchBuilder to, long re)
    {
        var json = Begin(to, "ok"u8);
        json.WriteNumber("re"u8, re);
        return json;
    }

    /// <summary>The receipt of a message.</summary>
    /// <param name="duplicate">True if an earlier send with the same key stored the message.</param>
    public static void Sent(FrameBatchBuilder to, long re, long seq, DateTimeOffset at, bool duplicate)
    {
        var json = BeginOk(to, re);
        json.WriteNumber("seq"u8, seq);
        WireTime.Write(json, "at"u8, at);
        json.WriteBoolean("duplicate"u8, duplicate);
        to.End();
    }

    public static void Error(FrameBatchBuilder to, long? re, Refusal error)
    {
        var json = Begin(to, "error"u8);
        if (re is { } id) json.WriteNumber("re"u8, id);
        json.WriteString("code"u8, error.Code.Name);
        json.WriteString("message"u8, error.Message);
        json.WriteBoolean("retry"u8, error.Code.Retry);
        if (error.AfterMs is { } after) json.WriteNumber("after_ms"u8, after);
        if (error.Field is { } field) json.WriteString("field"u8, field);
        to.End();
    }

    /// <param name="events">The texts of all events from <paramref name="from"/> to <paramref name="through"/>.</param>
    /// <param name="more">True if another sync of the same conversation follows.</param>
    public static void Sync(
        FrameBatchBuilder to, ConversationId conversation, long from, long through, IEnumerable<ReadOnlyMemory<byte>> events, bool more)
    {
        var json = Begin(to, "sync"u8);
        json.WriteString("conversation"u8, conversation.Value);
        json.WriteNumber("from"u8, from);
        json.WriteNumber("to"u8, through);
        WriteTexts(json, "events"u8, events);
        if (more) json.WriteBoolean("more"u8, true);
        to.End();
    }

    /// <param name="hole">The seqs that the client misses and does not get, both ends included.</param>
    /// <param name="asOf">The head of the log that <paramref name="messages"/> reflect.</param>
    public static void Reset(
        FrameBatchBuilder to, ConversationId conversation, ResetReason why, (long From, long To)? hole, long asOf,
        IEnumerable<ReadOnlyMemory<byte>> messages)
    {
        var json = Begin(to, "reset"u8);
        json.WriteString("conversation"u8, conversation.Value);
        json.WriteString("why"u8, why switch
        {
            ResetReason.New => "new"u8,
            ResetReason.TooFar => "too_far"u8,
            ResetReason.Epoch => "epoch"u8,
            _ => "ahead"u8,
        });
        if (hole is { } range)
        {
            json.WriteStartArray("hole"u8);
            json.WriteNumberValue(range.From);
            json.WriteNumberValue(range.To);
            json.WriteEndArray();
        }
        json.WriteNumber("as_of"u8, asOf);
        WriteTexts(json, "messages"u8, messages);
        to.End();
    }

    /// <summary>Writes an array of encoded JSON texts.</summary>
    public static void WriteTexts(Utf8JsonWriter json, ReadOnlySpan<byte> name, IEnumerable<ReadOnlyMemory<byte>> texts)
    {
        json.WriteStartArray(name);
        foreach (var text in texts) json.WriteRawValue(text.Span, skipInputValidation: true);
        json.WriteEndArray();
    }

    public static void Live(FrameBatchBuilder to, IEnumerable<ConversationId> conversations)
    {
        var json = Begin(to, "live"u8);
        json.WriteStartArray("conversations"u8);
        foreach (var conversation in conversations) json.WriteStringValue(conversation.Value);
        json.WriteEndArray();
        to.End();
    }

    public static void Typing(FrameBatchBuilder to, ConversationId conversation, Author user)
    {
        var json = Begin(to, "typing"u8);
        json.WriteString("conversation"u8, conversation.Value);
        json.WriteStartObject("user"u8);
        json.WriteString("id"u8, user.Id.Value);
        json.WriteString("name"u8, user.Name);
        json.WriteEndObject();
        to.End();
    }

    /// <summary>Sends a user's read position to the user's other connections.</summary>
    public static void Read(FrameBatchBuilder to, ConversationId conversation, long seq)
    {
        var json = Begin(to, "read"u8);
        json.WriteString("conversation"u8, conversation.Value);
        json.WriteNumber("seq"u8, seq);
        to.End();
    }

    /// <param name="message">The seq of the message that holds the answer.</param>
    /// <param name="offset">The position of <paramref name="text"/> in the answer, in UTF-16 code units.</param>
    public static void AiDelta(FrameBatchBuilder to, ConversationId conversation, long message, int offset, string text)
    {
        var json = Begin(to, "ai_delta"u8);
        json.WriteString("conversation"u8, conversation.Value);
        json.WriteNumber("message"u8, message);
        json.WriteNumber("offset"u8, offset);
        json.WriteString("text"u8, text);
        to.End();
    }

    /// <summary>Announces that the server closes the connection.</summary>
    /// <param name="afterMs">After how many milliseconds the client should reconnect.</param>
    public static void GoAway(FrameBatchBuilder to, int afterMs, string why)
    {
        var json = Begin(to, "goaway"u8);
        json.WriteNumber("after_ms"u8, afterMs);
        json.WriteString("why"u8, why);
        to.End();
    }

    internal static Utf8JsonWriter Begin(FrameBatchBuilder to, ReadOnlySpan<byte> type)
    {
        var json = to.Begin();
        json.WriteString("type"u8, type);
        return json;
    }
}

public enum ResetReason { New, TooFar, Epoch, Ahead }
