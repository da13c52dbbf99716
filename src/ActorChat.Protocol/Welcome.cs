using System.Text.Json;
using ActorChat.Domain;

namespace ActorChat.Protocol;

/// <summary>The frame <c>welcome</c>: the answer to <c>hello</c> if the server accepts the user.</summary>
/// <param name="Re">The id of the <c>hello</c>.</param>
/// <param name="Build">The hash of the page's files; null if this server has no page.</param>
/// <param name="Token">The token of a new sign-in. The server sends it once.</param>
/// <param name="Limits">The frame contains those that a client must know.</param>
public sealed record Welcome(
    long? Re, string Epoch, string? Build, string Session, Author User, string Role, string? Token, LimitsOptions Limits,
    IReadOnlyList<ConversationCard> Conversations)
{
    public void AddTo(FrameBatchBuilder frames)
    {
        var json = ServerFrames.Begin(frames, "welcome"u8);
        if (Re is { } re) json.WriteNumber("re"u8, re);
        json.WriteString("epoch"u8, Epoch);
        if (Build is { } build) json.WriteString("build"u8, build);
        json.WriteString("session"u8, Session);
        json.WriteStartObject("user"u8);
        json.WriteString("id"u8, User.Id.Value);
        json.WriteString("name"u8, User.Name);
        json.WriteString("role"u8, Role);
        json.WriteEndObject();
        if (Token is { } token) json.WriteString("token"u8, token);
        json.WriteNumber("heartbeat_ms"u8, WireLimits.HeartbeatMs);
        WriteLimits(json);
        json.WriteStartArray("conversations"u8);
        foreach (var card in Conversations) card.Write(json);
        json.WriteEndArray();
        frames.End();
    }

    void WriteLimits(Utf8JsonWriter json)
    {
        json.WriteStartObject("limits"u8);
        json.WriteNumber("frame_bytes"u8, Limits.FrameBytes);
        json.WriteNumber("text_bytes"u8, Limits.TextBytes);
        if (Limits.MessagesPerSecond > 0)
        {
            WriteRate(json, "messages"u8, Limits.MessagesPerSecond, Limits.MessagesBurst);
            if (Limits.RequestsPerSecond > 0) WriteRate(json, "requests"u8, Limits.RequestsPerSecond, Limits.RequestsBurst);
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
}

/// <summary>A conversation in <c>welcome</c>.</summary>
/// <param name="Head">The newest seq.</param>
/// <param name="Read">The newest seq that the user has read.</param>
/// <param name="Unread">The number of messages after <paramref name="Read"/> that other users sent.</param>
/// <param name="Members">The number of users in the conversation.</param>
public sealed record ConversationCard(ConversationId Id, string Title, string Kind, long Head, long Read, int Unread, int Members)
{
    internal void Write(Utf8JsonWriter json)
    {
        json.WriteStartObject();
        json.WriteString("id"u8, Id.Value);
        json.WriteString("title"u8, Title);
        json.WriteString("kind"u8, Kind);
        json.WriteNumber("head"u8, Head);
        json.WriteNumber("read"u8, Read);
        json.WriteNumber("unread"u8, Unread);
        json.WriteNumber("members"u8, Members);
        json.WriteEndObject();
    }
}
