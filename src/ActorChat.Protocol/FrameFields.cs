using System.Runtime.CompilerServices;
using System.Text;
using System.Text.Json;
using ActorChat.Domain;

namespace ActorChat.Protocol;

enum Field { Type, Id, Conversation, Key, Text, ReplyTo, Before, After, Around, Limit, From, To, Seq, Name, Token, Client, Resume, Cursors }

/// <summary>
/// The fields of one frame. A field with an invalid value matters only when the request reads it; <see cref="Wrong"/> keeps the first
/// such error. A null counts as absent. If a field is repeated, the last one counts.
/// </summary>
struct FrameFields
{
    // In the order of the enum, and in UTF-8 because every frame compares them.
    static readonly byte[][] Names =
    [
        .. new[]
        {
            "type", "id", "conversation", "key", "text", "reply_to", "before", "after", "around", "limit", "from", "to", "seq", "name",
            "token", "client", "resume", "cursors",
        }.Select(Encoding.UTF8.GetBytes),
    ];

    // JavaScript cannot represent every integer above this.
    const long LargestInteger = 1L << 53;

    Strings strings;
    Integers integers;
    int present, wrongType;

    public Resume? Resume { get; private set; }

    public Dictionary<string, long>? Cursors { get; private set; }

    public Refusal? Wrong { get; private set; }

    public readonly bool Has(Field field) => (present & 1 << (int)field) != 0;

    public void Refuse(Field field, string why, ErrorCode? code = null) =>
        Wrong ??= new Refusal(code ?? ErrorCode.BadRequest, why, Encoding.UTF8.GetString(Names[(int)field]));

    public void ReadNext(ref Utf8JsonReader reader)
    {
        var index = 0;
        while (index < Names.Length && !reader.ValueTextEquals(Names[index])) index++;
        reader.Read();
        if (index == Names.Length)
        {
            reader.Skip();
            return;
        }
        var bit = 1 << index;
        present &= ~bit;
        wrongType &= ~bit;
        if ((Field)index == Field.Resume) Resume = null;
        else if ((Field)index == Field.Cursors) Cursors = null;
        if (reader.TokenType == JsonTokenType.Null) return;
        present |= bit;
        if (!Take((Field)index, ref reader)) wrongType |= bit;
    }

    bool Take(Field field, ref Utf8JsonReader reader)
    {
        switch (field)
        {
            case Field.Type or Field.Conversation or Field.Key or Field.Text or Field.Name or Field.Token or Field.Client:
                if (reader.TokenType != JsonTokenType.String) break;
                var value = Text(field, ref reader);
                strings[(int)field] = value;
                return value is not null;
            case Field.Cursors:
                Cursors = reader.TokenType == JsonTokenType.StartObject ? ReadCursors(ref reader) : null;
                if (Cursors is null) break;
                return true;
            case Field.Resume:
                if (reader.TokenType != JsonTokenType.StartObject) break;
                return ReadResume(ref reader);
            default:
                if (!IsInteger(ref reader, out var n) || n < -LargestInteger) break;
                integers[(int)field] = n;
                return true;
        }
        reader.Skip();
        return false;
    }

    static bool IsInteger(ref Utf8JsonReader reader, out long value)
    {
        value = 0;
        return reader.TokenType == JsonTokenType.Number && reader.TryGetInt64(out value) && value <= LargestInteger;
    }

    // Null for a lone surrogate: the escape \ud800 alone is valid JSON, but not valid Unicode. The most frequent values allocate nothing.
    static string? Text(Field field, ref Utf8JsonReader reader)
    {
        if (field == Field.Type && reader.ValueTextEquals("send"u8)) return "send";
        if (field == Field.Conversation && reader.ValueTextEquals("default"u8)) return ConversationId.Default.Value;
        try
        {
            return reader.GetString();
        }
        catch (InvalidOperationException)
        {
            return null;
        }
    }

    bool ReadResume(ref Utf8JsonReader reader)
    {
        string? epoch = null;
        Dictionary<string, long>? cursors = null;
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var isEpoch = reader.ValueTextEquals("epoch"u8);
            var isCursors = reader.ValueTextEquals("cursors"u8);
            reader.Read();
            if (isEpoch && reader.TokenType == JsonTokenType.String) epoch = Text(Field.Resume, ref reader);
            else if (isCursors && reader.TokenType == JsonTokenType.StartObject) cursors = ReadCursors(ref reader);
            else reader.Skip();
        }
        if (epoch is null || cursors is null) return false;
        Resume = new Resume(epoch, cursors);
        return true;
    }

    // Moves the reader from the start of the object to its end. Null if a cursor is not a whole number from 0.
    static Dictionary<string, long>? ReadCursors(ref Utf8JsonReader reader)
    {
        var cursors = new Dictionary<string, long>(StringComparer.Ordinal);
        var right = true;
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var conversation = Text(Field.Conversation, ref reader);
            reader.Read();
            if (conversation is not null && IsInteger(ref reader, out var seq) && seq >= 0) cursors[conversation] = seq;
            else
            {
                right = false;
                reader.Skip();
            }
        }
        return right ? cursors : null;
    }

    public string RequiredString(Field field)
    {
        var value = OptionalString(field);
        if (value is null) Refuse(field, "This field is missing.");
        return value ?? "";
    }

    public string? OptionalString(Field field)
    {
        if (!Has(field)) return null;
        if (IsWrong(field)) Refuse(field, "This field must be text.");
        return strings[(int)field];
    }

    public ConversationId Conversation() => new(RequiredString(Field.Conversation));

    public long? OptionalInteger(Field field)
    {
        if (!Has(field)) return null;
        if (!IsWrong(field)) return integers[(int)field];
        Refuse(field, "This field must be a whole number.");
        return null;
    }

    public long RequiredSeq(Field field)
    {
        if (!Has(field)) Refuse(field, "This field is missing.");
        return OptionalSeq(field) ?? 0;
    }

    public long? OptionalSeq(Field field)
    {
        var seq = OptionalInteger(field);
        if (seq < 1) Refuse(field, "A seq is a whole number from 1.");
        return seq;
    }

    /// <summary>Refuses the frame if an object field, <c>resume</c> or <c>cursors</c>, does not have its form.</summary>
    public void CheckShape(Field field)
    {
        if (Has(field) && IsWrong(field)) Refuse(field, "This field does not have the form that the protocol describes.");
    }

    readonly bool IsWrong(Field field) => (wrongType & 1 << (int)field) != 0;

    [InlineArray(18)]
    struct Strings
    {
        string? first;
    }

    [InlineArray(18)]
    struct Integers
    {
        long first;
    }
}
