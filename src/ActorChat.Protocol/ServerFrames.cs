using System.Text.Json;
using ActorChat.Domain;

namespace ActorChat.Protocol;

/// <summary>The frames of <c>actorchat.v1</c> that are not events of the log: replies, the opening, ephemeral events.</summary>
public static class ServerFrames
{
    /// <summary>Begins an <c>ok</c>; the caller may add fields and ends the frame.</summary>
    public static Utf8JsonWriter BeginOk(FrameBatchBuilder to, long re)
    {
        var json = Begin(to, "ok"u8);
        json.WriteNumber("re"u8, re);
        return json;
    }

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
        ArgumentNullException.ThrowIfNull(error);
        var json = Begin(to, "error"u8);
        if (re is { } id) json.WriteNumber("re"u8, id);
        json.WriteString("code"u8, error.Code.Name);
        json.WriteString("message"u8, error.Message);
        json.WriteBoolean("retry"u8, error.Code.Retry);
        if (error.AfterMs is { } after) json.WriteNumber("after_ms"u8, after);
        if (error.Field is { } field) json.WriteString("field"u8, field);
        to.End();
    }

    /// <param name="Build">Which files the page is made of; none where this server has no page.</param>
    /// <param name="Token">Only where it was made just now.</param>
    public sealed record Welcome(
        long? Re, string Epoch, string? Build, string Session, Author User, string Role, string? Token, LimitsOptions Limits, IReadOnlyList<ConversationCard> Conversations);

    /// <summary>A conversation as it stands in <c>welcome</c>.</summary>
    /// <param name="Read">The newest seq that the user has read.</param>
    /// <param name="Unread">Messages of others after it.</param>
    public sealed record ConversationCard(ConversationId Id, string Title, string Kind, long Head, long Read, int Unread, int Members);

    public static void Add(FrameBatchBuilder to, Welcome welcome)
    {
        ArgumentNullException.ThrowIfNull(welcome);
        var json = Begin(to, "welcome"u8);
        if (welcome.Re is { } re) json.WriteNumber("re"u8, re);
        json.WriteString("epoch"u8, welcome.Epoch);
        if (welcome.Build is { } build) json.WriteString("build"u8, build);
        json.WriteString("session"u8, welcome.Session);
        json.WriteStartObject("user"u8);
        json.WriteString("id"u8, welcome.User.Id.Value);
        json.WriteString("name"u8, welcome.User.Name);
        json.WriteString("role"u8, welcome.Role);
        json.WriteEndObject();
        if (welcome.Token is { } token) json.WriteString("token"u8, token);
        json.WriteNumber("heartbeat_ms"u8, WireLimits.HeartbeatMs);
        WriteLimits(json, welcome.Limits);
        json.WriteStartArray("conversations"u8);
        foreach (var card in welcome.Conversations) WriteCard(json, card);
        json.WriteEndArray();
        to.End();
    }

    static void WriteLimits(Utf8JsonWriter json, LimitsOptions limits)
    {
        json.WriteStartObject("limits"u8);
        json.WriteNumber("frame_bytes"u8, limits.FrameBytes);
        json.WriteNumber("text_bytes"u8, limits.TextBytes);
        if (limits.MessagesPerSecond > 0)
        {
            WriteRate(json, "messages"u8, limits.MessagesPerSecond, limits.MessagesBurst);
            if (limits.RequestsPerSecond > 0) WriteRate(json, "requests"u8, limits.RequestsPerSecond, limits.RequestsBurst);
        }
        json.WriteEndObject();
    }

    static void WriteRate(Utf8JsonWriter json, ReadOnlySpan<byte> name, double perSecond, int burst)
    {
        json.WriteStartObject(name);
        json.WriteNumber("per_second"u8, perSecond);
        json.WriteNumber("burst"u8, burst);
        json.WriteEndObject();
    }

    static void WriteCard(Utf8JsonWriter json, ConversationCard card)
    {
        json.WriteStartObject();
        json.WriteString("id"u8, card.Id.Value);
        json.WriteString("title"u8, card.Title);
        json.WriteString("kind"u8, card.Kind);
        json.WriteNumber("head"u8, card.Head);
        json.WriteNumber("read"u8, card.Read);
        json.WriteNumber("unread"u8, card.Unread);
        json.WriteNumber("members"u8, card.Members);
        json.WriteEndObject();
    }

    /// <param name="events">The texts of the events from <paramref name="from"/> to <paramref name="through"/>, without a hole.</param>
    /// <param name="more">Whether another sync of the same conversation follows at once.</param>
    public static void Sync(FrameBatchBuilder to, ConversationId conversation, long from, long through, IEnumerable<ReadOnlyMemory<byte>> events, bool more)
    {
        var json = Begin(to, "sync"u8);
        json.WriteString("conversation"u8, conversation.Value);
        json.WriteNumber("from"u8, from);
        json.WriteNumber("to"u8, through);
        WriteTexts(json, "events"u8, events);
        if (more) json.WriteBoolean("more"u8, true);
        to.End();
    }

    /// <param name="hole">The seqs between the client's cursor and what it gets, both ends included.</param>
    public static void Reset(
        FrameBatchBuilder to, ConversationId conversation, ResetReason why, (long From, long To)? hole, long asOf, IEnumerable<ReadOnlyMemory<byte>> messages)
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

    /// <summary>Writes JSON texts that were encoded before as the elements of an array.</summary>
    public static void WriteTexts(Utf8JsonWriter json, ReadOnlySpan<byte> name, IEnumerable<ReadOnlyMemory<byte>> texts)
    {
        ArgumentNullException.ThrowIfNull(json);
        ArgumentNullException.ThrowIfNull(texts);
        json.WriteStartArray(name);
        foreach (var text in texts) json.WriteRawValue(text.Span, skipInputValidation: true);
        json.WriteEndArray();
    }

    public static void Live(FrameBatchBuilder to, IEnumerable<ConversationId> conversations)
    {
        ArgumentNullException.ThrowIfNull(conversations);
        var json = Begin(to, "live"u8);
        json.WriteStartArray("conversations"u8);
        foreach (var conversation in conversations) json.WriteStringValue(conversation.Value);
        json.WriteEndArray();
        to.End();
    }

    public static void Typing(FrameBatchBuilder to, ConversationId conversation, Author user)
    {
        ArgumentNullException.ThrowIfNull(user);
        var json = Begin(to, "typing"u8);
        json.WriteString("conversation"u8, conversation.Value);
        json.WriteStartObject("user"u8);
        json.WriteString("id"u8, user.Id.Value);
        json.WriteString("name"u8, user.Name);
        json.WriteEndObject();
        to.End();
    }

    /// <summary>How far the user has read, for the user's other connections.</summary>
    public static void Read(FrameBatchBuilder to, ConversationId conversation, long seq)
    {
        var json = Begin(to, "read"u8);
        json.WriteString("conversation"u8, conversation.Value);
        json.WriteNumber("seq"u8, seq);
        to.End();
    }

    /// <param name="message">The seq of the message that the answer began with.</param>
    /// <param name="offset">Where <paramref name="text"/> begins in the answer, in UTF-16 units.</param>
    public static void AiDelta(FrameBatchBuilder to, ConversationId conversation, long message, int offset, string text)
    {
        var json = Begin(to, "ai_delta"u8);
        json.WriteString("conversation"u8, conversation.Value);
        json.WriteNumber("message"u8, message);
        json.WriteNumber("offset"u8, offset);
        json.WriteString("text"u8, text);
        to.End();
    }

    public static void GoAway(FrameBatchBuilder to, int afterMs, string why)
    {
        var json = Begin(to, "goaway"u8);
        json.WriteNumber("after_ms"u8, afterMs);
        json.WriteString("why"u8, why);
        to.End();
    }

    internal static Utf8JsonWriter Begin(FrameBatchBuilder to, ReadOnlySpan<byte> type)
    {
        ArgumentNullException.ThrowIfNull(to);
        var json = to.Begin();
        json.WriteString("type"u8, type);
        return json;
    }
}

public enum ResetReason { New, TooFar, Epoch, Ahead }
