using System.Text.Json;
using ActorChat.Domain;

namespace ActorChat.Protocol;

/// <summary>Writes durable events and folded messages as JSON. The text is the same for every receiver, so it is encoded once.</summary>
public static class EventWriter
{
    static readonly string[] Kinds = ["user_message", "ai_response", "system"];
    static readonly string[] States = ["running", "done", "stopped", "failed", "interrupted"];

    public static string NameOf(MessageKind kind) => Kinds[(int)kind];

    public static string NameOf(AnswerState state) => States[(int)state];

    public static void Write(Utf8JsonWriter json, ConversationEvent entry)
    {
        switch (entry)
        {
            case MessagePosted posted: Write(json, posted.Message); break;
            case AnswerEnded ended: Write(json, ended); break;
            default: throw new ArgumentException($"There is no frame for {entry?.GetType().Name}.", nameof(entry));
        }
    }

    /// <summary>Writes a message. A posted and a folded message have the same form.</summary>
    public static void Write(Utf8JsonWriter json, Message message)
    {
        json.WriteString("type"u8, "message"u8);
        json.WriteString("conversation"u8, message.Conversation.Value);
        json.WriteNumber("seq"u8, message.Seq);
        json.WriteStartObject("sender"u8);
        json.WriteString("id"u8, message.Sender.Id.Value);
        json.WriteString("name"u8, message.Sender.Name);
        json.WriteEndObject();
        json.WriteString("kind"u8, NameOf(message.Kind));
        json.WriteString("text"u8, message.Text);
        if (message.ReplyTo is { } replyTo) json.WriteNumber("reply_to"u8, replyTo);
        if (message.Key is { } key) json.WriteString("key"u8, key);
        if (message.Answer is { } answer) WriteAnswer(json, answer);
        WireTime.Write(json, "at"u8, message.At);
    }

    static void WriteAnswer(Utf8JsonWriter json, Answer answer)
    {
        json.WriteString("state"u8, NameOf(answer.State));
        if (answer.Model is { } model) json.WriteString("model"u8, model);
        if (answer.Context is { } context)
        {
            json.WriteStartObject("context"u8);
            json.WriteNumber("from"u8, context.From);
            json.WriteNumber("to"u8, context.To);
            json.WriteNumber("messages"u8, context.Messages);
            json.WriteEndObject();
        }
        WriteOutcome(json, answer.Usage, answer.Error);
    }

    static void Write(Utf8JsonWriter json, AnswerEnded ended)
    {
        json.WriteString("type"u8, "answered"u8);
        json.WriteString("conversation"u8, ended.Conversation.Value);
        json.WriteNumber("seq"u8, ended.Seq);
        json.WriteNumber("message"u8, ended.MessageSeq);
        json.WriteString("state"u8, NameOf(ended.State));
        json.WriteString("text"u8, ended.Text);
        WriteOutcome(json, ended.Usage, ended.Error);
        WireTime.Write(json, "at"u8, ended.At);
    }

    static void WriteOutcome(Utf8JsonWriter json, AnswerUsage? usage, string? error)
    {
        if (usage is not null)
        {
            json.WriteStartObject("usage"u8);
            json.WriteNumber("input_tokens"u8, usage.InputTokens);
            json.WriteNumber("output_tokens"u8, usage.OutputTokens);
            json.WriteEndObject();
        }
        if (error is not null) json.WriteString("error"u8, error);
    }
}
