using System.Text;
using System.Text.Json;
using ActorChat.Domain;

namespace ActorChat.Protocol;

/// <summary>
/// Reads one frame of <c>actorchat.v1</c>. It throws for no input: an invalid frame becomes a <see cref="RefusedFrame"/>.
/// It skips unknown fields and fields that the request does not use.
/// </summary>
public static class ClientFrameReader
{
    // Deeper than any request. The limit refuses a frame of 30,000 brackets at the ninth.
    static readonly JsonReaderOptions Options = new() { MaxDepth = 8 };

    public static ClientFrame Read(ReadOnlySpan<byte> utf8, LimitsOptions limits)
    {
        var fields = new FrameFields();
        try
        {
            var reader = new Utf8JsonReader(utf8, Options);
            if (!reader.Read() || reader.TokenType != JsonTokenType.StartObject) return NotJson("A frame is one JSON object.");
            while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName) fields.ReadNext(ref reader);
            reader.Read(); // throws if text follows the object
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException or DecoderFallbackException)
        {
            return NotJson("The frame is not valid JSON.");
        }
        return Request(ref fields, limits);
    }

    static RefusedFrame NotJson(string why) => new(null, new Refusal(ErrorCode.BadJson, why));

    static ClientFrame Request(ref FrameFields f, LimitsOptions limits)
    {
        var id = f.OptionalInteger(Field.Id);
        var type = f.RequiredString(Field.Type);
        var frame = f.Wrong is not null ? null : type switch
        {
            "send" => Send(ref f, id, limits),
            "typing" => new TypingFrame(id, f.Conversation()),
            "read" => new ReadFrame(id, f.Conversation(), f.RequiredSeq(Field.Seq)),
            "heartbeat" => Heartbeat(ref f, id),
            "history" => History(ref f, id),
            "pull" => new PullFrame(id, f.Conversation(), f.RequiredSeq(Field.From), f.RequiredSeq(Field.To)),
            "hello" => Hello(ref f, id),
            "sign_out" => new SignOutFrame(id),
            _ => (ClientFrame)new UnknownFrame(id, type),
        };
        return f.Wrong is { } wrong ? new RefusedFrame(id, wrong) : frame!;
    }

    static SendFrame Send(ref FrameFields f, long? id, LimitsOptions limits)
    {
        var conversation = f.Conversation();
        var key = f.RequiredString(Field.Key);
        if (f.Wrong is null && !IsKey(key))
            f.Refuse(Field.Key, $"A key has {WireLimits.KeyMin} to {WireLimits.KeyMax} visible ASCII characters.");
        var text = f.RequiredString(Field.Text);
        if (f.Wrong is null)
        {
            if (string.IsNullOrWhiteSpace(text)) f.Refuse(Field.Text, "The text is empty.");
            else if (!StorableText.IsStorable(text)) f.Refuse(Field.Text, "The text contains a NUL character or half of a surrogate pair.");
            else if (BlankText.IsBlank(text)) f.Refuse(Field.Text, "The text has only invisible characters.");
            else if (Encoding.UTF8.GetByteCount(text) > limits.TextBytes)
                f.Refuse(Field.Text, $"The text is longer than {limits.TextBytes} bytes.", ErrorCode.TooLong);
        }
        return new SendFrame(id, conversation, key, text, f.OptionalSeq(Field.ReplyTo));
    }

    static bool IsKey(string key)
    {
        if (key.Length is < WireLimits.KeyMin or > WireLimits.KeyMax) return false;
        foreach (var c in key)
            if (c is < '!' or > '~') return false;
        return true;
    }

    static HistoryFrame History(ref FrameFields f, long? id)
    {
        var conversation = f.Conversation();
        var (edge, field) = f.Has(Field.Before) ? (PageEdge.Before, Field.Before)
            : f.Has(Field.After) ? (PageEdge.After, Field.After)
            : (PageEdge.Around, Field.Around);
        if (!f.Has(field)) f.Refuse(Field.Before, "The request needs one of before, after and around.");
        var seq = f.OptionalInteger(field) ?? 0;
        var limit = f.OptionalInteger(Field.Limit) ?? 50;
        return new HistoryFrame(id, conversation, new HistoryRange(edge, seq, (int)Math.Clamp(limit, 1, WireLimits.HistoryPage)));
    }

    static HeartbeatFrame Heartbeat(ref FrameFields f, long? id)
    {
        f.CheckShape(Field.Cursors);
        return new HeartbeatFrame(id, f.Cursors);
    }

    static HelloFrame Hello(ref FrameFields f, long? id)
    {
        var token = f.OptionalString(Field.Token);
        var name = f.OptionalString(Field.Name);
        f.CheckShape(Field.Resume);
        if (f.Wrong is null && token is null && name is null) f.Refuse(Field.Name, "A hello needs a name or a token.");
        return new HelloFrame(id, f.OptionalString(Field.Client), name, token, f.Resume);
    }
}
