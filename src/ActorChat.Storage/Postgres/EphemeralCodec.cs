using System.Buffers;
using System.Text;
using System.Text.Json;
using ActorChat.Domain;

namespace ActorChat.Storage.Postgres;

/// <summary>
/// Ephemeral events as the payload of a notification: <c>{"node":…,"news":[{"is":"typed",…},…]}</c>. A node of another version may send
/// kinds that this version does not know; they are ignored. The names in the JSON must not change, for the same reason.
/// </summary>
internal static class EphemeralCodec
{
    public static byte[] Write(NodeNews news)
    {
        var bytes = new ArrayBufferWriter<byte>(256);
        using (var json = new Utf8JsonWriter(bytes, CommandCodec.Plain))
        {
            json.WriteStartObject();
            Write(json, news);
            json.WriteEndObject();
        }
        return bytes.WrittenSpan.ToArray();
    }

    public static string Envelope(string node, IEnumerable<byte[]> items) =>
        $"{{\"node\":\"{node}\",\"news\":[{string.Join(',', items.Select(Encoding.UTF8.GetString))}]}}";

    static void Write(Utf8JsonWriter json, NodeNews news)
    {
        if (news is ConversationNews { Conversation: var conversation }) json.WriteString("in", conversation.Value);
        switch (news)
        {
            case UserTyped typed:
                json.WriteString("is", "typed");
                Write(json, typed.User);
                break;
            case AnswerSaid said:
                json.WriteString("is", "said");
                json.WriteNumber("message", said.MessageSeq);
                json.WriteNumber("offset", said.Offset);
                json.WriteString("text", said.Text);
                break;
            case AnswerWanted wanted:
                json.WriteString("is", "wanted");
                json.WriteNumber("message", wanted.MessageSeq);
                json.WriteNumber("offset", wanted.Offset);
                break;
            case UserRead read:
                json.WriteString("is", "read");
                json.WriteString("user", read.User.Value);
                json.WriteNumber("seq", read.Seq);
                break;
            case PeopleHere here:
                json.WriteString("is", "here");
                json.WriteString("node", here.Node);
                json.WriteStartArray("people");
                foreach (var user in here.People)
                {
                    json.WriteStartObject();
                    Write(json, user);
                    json.WriteEndObject();
                }
                json.WriteEndArray();
                break;
            case PeopleGone gone:
                json.WriteString("is", "gone");
                json.WriteString("node", gone.Node);
                json.WriteStartArray("people");
                foreach (var user in gone.People) json.WriteStringValue(user.Value);
                json.WriteEndArray();
                break;
            default: throw new ArgumentException($"{news.GetType().Name} cannot be sent to other nodes.", nameof(news));
        }
    }

    static void Write(Utf8JsonWriter json, Author user)
    {
        json.WriteString("user", user.Id.Value);
        json.WriteString("name", user.Name);
    }

    /// <summary>The sending node and its events; no events if the payload cannot be parsed.</summary>
    public static (string Node, IReadOnlyList<NodeNews> News) Read(string payload)
    {
        try
        {
            using var json = JsonDocument.Parse(payload);
            var root = json.RootElement;
            return (Text(root, "node"), [.. root.GetProperty("news").EnumerateArray().Select(Read).OfType<NodeNews>()]);
        }
        catch (Exception error) when (error is JsonException or KeyNotFoundException or InvalidOperationException or FormatException)
        {
            return ("", []); // everybody who may connect to the database may send a notification
        }
    }

    static NodeNews? Read(JsonElement item)
    {
        var conversation = new ConversationId(Text(item, "in"));
        return Text(item, "is") switch
        {
            "typed" => new UserTyped(conversation, UserOf(item)),
            "said" => new AnswerSaid(conversation, Number(item, "message"), (int)Number(item, "offset"), Text(item, "text")),
            "wanted" => new AnswerWanted(conversation, Number(item, "message"), (int)Number(item, "offset")),
            "read" => new UserRead(conversation, new UserId(Text(item, "user")), Number(item, "seq")),
            "here" => new PeopleHere(conversation, Text(item, "node"), [.. PeopleOf(item).Select(UserOf)]),
            "gone" => new PeopleGone(conversation, Text(item, "node"), [.. PeopleOf(item).Select(user => new UserId(user.GetString()!))]),
            _ => null,
        };
    }

    static JsonElement.ArrayEnumerator PeopleOf(JsonElement item) => item.GetProperty("people").EnumerateArray();

    static Author UserOf(JsonElement item) => new(new UserId(Text(item, "user")), Text(item, "name"));

    static string Text(JsonElement item, string name) => item.GetProperty(name).GetString()!;

    static long Number(JsonElement item, string name) => item.GetProperty(name).GetInt64();
}
