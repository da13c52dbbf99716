using System.Text.Json;
using ActorChat.Domain;

namespace ActorChat.Protocol;

/// <summary>Who is in a conversation: the ephemeral event <c>presence</c> in its three forms.</summary>
public static class PresenceFrames
{
    /// <summary>Everybody who is here, for who has just come.</summary>
    public static void State(FrameBatchBuilder to, ConversationId conversation, IEnumerable<Author> people)
    {
        WritePeople(Begin(to, conversation), "state"u8, people);
        to.End();
    }

    /// <summary>Who has come and who has gone since the last one.</summary>
    public static void Change(FrameBatchBuilder to, ConversationId conversation, IEnumerable<Author> joined, IEnumerable<Author> left)
    {
        var json = Begin(to, conversation);
        WritePeople(json, "joined"u8, joined);
        WritePeople(json, "left"u8, left);
        to.End();
    }

    /// <summary>How many are here, where they are too many to be named.</summary>
    public static void Count(FrameBatchBuilder to, ConversationId conversation, int people)
    {
        Begin(to, conversation).WriteNumber("count"u8, people);
        to.End();
    }

    static Utf8JsonWriter Begin(FrameBatchBuilder to, ConversationId conversation)
    {
        ArgumentNullException.ThrowIfNull(to);
        var json = ServerFrames.Begin(to, "presence"u8);
        json.WriteString("conversation"u8, conversation.Value);
        return json;
    }

    static void WritePeople(Utf8JsonWriter json, ReadOnlySpan<byte> name, IEnumerable<Author> people)
    {
        ArgumentNullException.ThrowIfNull(people);
        json.WriteStartArray(name);
        foreach (var person in people)
        {
            json.WriteStartObject();
            json.WriteString("id"u8, person.Id.Value);
            json.WriteString("name"u8, person.Name);
            json.WriteEndObject();
        }
        json.WriteEndArray();
    }
}
