using System.Text.Json;
using ActorChat.Domain;

namespace ActorChat.Protocol;

/// <summary>The ephemeral event <c>presence</c> in its three forms.</summary>
public static class PresenceFrames
{
    /// <summary>All people who are present, for a client that has just joined.</summary>
    public static void State(FrameBatchBuilder to, ConversationId conversation, IEnumerable<Author> people)
    {
        WritePeople(Begin(to, conversation), "state"u8, people);
        to.End();
    }

    /// <summary>The people who came and who left since the last <c>presence</c>.</summary>
    public static void Change(FrameBatchBuilder to, ConversationId conversation, IEnumerable<Author> joined, IEnumerable<Author> left)
    {
        var json = Begin(to, conversation);
        WritePeople(json, "joined"u8, joined);
        WritePeople(json, "left"u8, left);
        to.End();
    }

    /// <summary>The number of people, if there are too many to list.</summary>
    public static void Count(FrameBatchBuilder to, ConversationId conversation, int people)
    {
        Begin(to, conversation).WriteNumber("count"u8, people);
        to.End();
    }

    static Utf8JsonWriter Begin(FrameBatchBuilder to, ConversationId conversation)
    {
        var json = ServerFrames.Begin(to, "presence"u8);
        json.WriteString("conversation"u8, conversation.Value);
        return json;
    }

    static void WritePeople(Utf8JsonWriter json, ReadOnlySpan<byte> name, IEnumerable<Author> people)
    {
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
