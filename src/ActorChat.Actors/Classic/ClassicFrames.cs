using System.Text.Json;
using ActorChat.Domain;
using ActorChat.Protocol;

namespace ActorChat.Actors.Classic;

/// <summary>The frames of the classic dialect, which the pages and scripts of the predecessor send and read.</summary>
public static class ClassicFrames
{
    /// <summary>Reads <c>{"text":…}</c>, or <c>{"username":…}</c>, with which some clients open. Never throws.</summary>
    public static ClassicFrame Read(ReadOnlySpan<byte> utf8)
    {
        try
        {
            var reader = new Utf8JsonReader(utf8, new JsonReaderOptions { MaxDepth = 8 });
            if (!reader.Read() || reader.TokenType != JsonTokenType.StartObject) return ClassicFrame.NotJson;
            string? text = null, username = null;
            while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
            {
                var isText = reader.ValueTextEquals("text"u8);
                var isName = reader.ValueTextEquals("username"u8);
                reader.Read();
                if (isText && reader.TokenType == JsonTokenType.String) text = reader.GetString();
                else if (isName && reader.TokenType == JsonTokenType.String) username = reader.GetString();
                else reader.Skip();
            }
            reader.Read(); // throws if text follows the object
            return new ClassicFrame(text, username);
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            return ClassicFrame.NotJson;
        }
    }

    public static void Connected(FrameBatchBuilder to, UserId user, string name)
    {
        ArgumentNullException.ThrowIfNull(to);
        var json = to.Begin();
        json.WriteString("type"u8, "connected"u8);
        json.WriteString("user_id"u8, user.Value);
        json.WriteString("username"u8, name);
        to.End();
    }

    public static void History(FrameBatchBuilder to, IEnumerable<Message> messages)
    {
        ArgumentNullException.ThrowIfNull(to);
        ArgumentNullException.ThrowIfNull(messages);
        var json = to.Begin();
        json.WriteString("type"u8, "history"u8);
        json.WriteStartArray("messages"u8);
        var count = 0;
        foreach (var message in messages)
        {
            if (message.Answer?.State == AnswerState.Running) continue; // a classic client gets an answer when it has ended
            json.WriteStartObject();
            json.WriteString("sender"u8, message.Sender.Name);
            json.WriteString("text"u8, message.Text);
            json.WriteString("msg_type"u8, EventWriter.NameOf(message.Kind));
            WireTime.Write(json, "timestamp"u8, message.At);
            json.WriteEndObject();
            count++;
        }
        json.WriteEndArray();
        json.WriteNumber("count"u8, count);
        to.End();
    }

    /// <summary>Adds the line for an event. Returns false if this dialect has none for it.</summary>
    public static bool Line(FrameBatchBuilder to, ConversationEvent entry)
    {
        ArgumentNullException.ThrowIfNull(to);
        var (sender, text) = entry switch
        {
            MessagePosted { Message: { Kind: not MessageKind.Ai } message } => (message.Sender.Name, message.Text),
            AnswerEnded ended => (Author.Bot.Name, ended.Text.Length > 0 ? ended.Text : ended.Error ?? "(no answer)"),
            _ => (null, ""),
        };
        if (sender is null) return false;
        var json = to.Begin();
        json.WriteString("sender"u8, sender);
        json.WriteString("text"u8, text);
        to.End();
        return true;
    }

    public static void Error(FrameBatchBuilder to, string message, string? code = null)
    {
        ArgumentNullException.ThrowIfNull(to);
        var json = to.Begin();
        json.WriteString("type"u8, "error"u8);
        if (code is not null) json.WriteString("code"u8, code);
        json.WriteString("message"u8, message);
        to.End();
    }
}

/// <summary>A frame of a classic client. A missing field is null.</summary>
public sealed record ClassicFrame(string? Text, string? Username, bool IsJson = true)
{
    public static readonly ClassicFrame NotJson = new(null, null, IsJson: false);
}
