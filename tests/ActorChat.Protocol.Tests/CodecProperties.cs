using System.Text.Json;
using System.Text.Json.Nodes;
using ActorChat.Domain;
using FsCheck;
using FsCheck.Fluent;

namespace ActorChat.Protocol.Tests;

/// <summary>A receiver reads from a frame exactly the values that its sender wrote.</summary>
public sealed class CodecProperties
{
    static Gen<string> Text =>
        ArbMap.Default.GeneratorFor<string>().Where(text => !BlankText.IsBlank(text) && StorableText.IsStorable(text));

    static Gen<long> Seq => Gen.OneOf(Gen.Choose(1, 1000).Select(n => (long)n), Gen.Choose(1, int.MaxValue).Select(n => (long)n << 20));

    static Gen<string> Key => Gen.Choose('!', '~').ArrayOf(24).Select(chars => string.Concat(chars.Select(c => (char)c)));

    static Gen<T?> Maybe<T>(Gen<T> of) where T : struct => Gen.OneOf(Gen.Constant((T?)null), of.Select(value => (T?)value));

    static Gen<ClientFrame> Request =>
        from id in Maybe(Gen.Choose(0, int.MaxValue).Select(n => (long)n))
        from conversation in Text.Select(t => new ConversationId(t))
        from text in Text
        from key in Key
        from a in Seq
        from b in Seq
        from replyTo in Maybe(Seq)
        from limit in Gen.Choose(1, WireLimits.HistoryPage)
        from edge in Gen.Elements(PageEdge.Before, PageEdge.After, PageEdge.Around)
        from frame in Gen.Elements<ClientFrame>(
            new SendFrame(id, conversation, key, text, replyTo),
            new HistoryFrame(id, conversation, new HistoryRange(edge, a, limit)),
            new PullFrame(id, conversation, a, b),
            new TypingFrame(id, conversation),
            new HelloFrame(id, text, null, key, null),
            new HelloFrame(id, null, text, null, null))
        select frame;

    static JsonObject Written(ClientFrame frame)
    {
        var json = frame switch
        {
            SendFrame f => new JsonObject
            {
                ["type"] = "send", ["conversation"] = f.Conversation.Value, ["key"] = f.Key, ["text"] = f.Text, ["reply_to"] = f.ReplyTo,
            },
            HistoryFrame f => new JsonObject
            {
                ["type"] = "history", ["conversation"] = f.Conversation.Value,
                [Lower(f.Page.Edge)] = f.Page.Seq, ["limit"] = f.Page.Limit,
            },
            PullFrame f => new JsonObject { ["type"] = "pull", ["conversation"] = f.Conversation.Value, ["from"] = f.From, ["to"] = f.To },
            TypingFrame f => new JsonObject { ["type"] = "typing", ["conversation"] = f.Conversation.Value },
            HelloFrame f => new JsonObject { ["type"] = "hello", ["client"] = f.Client, ["name"] = f.Name, ["token"] = f.Token },
            _ => throw new ArgumentException("The generator creates no such request.", nameof(frame)),
        };
        json["id"] = frame.Id;
        return json;
    }

#pragma warning disable CA1308 // names of the protocol are in lower case
    static string Lower(PageEdge edge) => edge.ToString().ToLowerInvariant();
#pragma warning restore CA1308

    // Writes the fields in random order, with unknown fields between them.
    static byte[] Shuffled(JsonObject json, int seed)
    {
        var random = new Random(seed);
        var fields = json.Select(field => (field.Key, Value: field.Value?.DeepClone())).ToList();
        for (var i = 0; i < random.Next(4); i++)
            fields.Add(($"unknown_{i}", JsonNode.Parse("""{"type":"send","deep":[1,{"id":2}],"text":"no"}""")));
        var mixed = fields.ToArray();
        random.Shuffle(mixed);
        return JsonSerializer.SerializeToUtf8Bytes(new JsonObject(mixed.Select(f => KeyValuePair.Create(f.Key, f.Value))));
    }

    [Fact]
    public void A_request_is_read_correctly_with_its_fields_in_any_order_and_unknown_fields() => Prop.ForAll(
        Request.ToArbitrary(), Gen.Choose(0, int.MaxValue).ToArbitrary(),
        (request, seed) => ClientFrameReader.Read(Shuffled(Written(request), seed), ClientFrames.Limits) == request)
        .QuickCheckThrowOnFailure();

    static Gen<ConversationEvent> Event =>
        from seq in Seq
        from text in Text
        from name in Text
        from key in Key
        from replyTo in Maybe(Seq)
        from at in Gen.Choose(0, int.MaxValue).Select(ms => DateTimeOffset.UnixEpoch.AddMilliseconds(ms * 1000L + ms % 1000))
        from state in Gen.Elements(AnswerState.Running, AnswerState.Done, AnswerState.Stopped, AnswerState.Failed, AnswerState.Interrupted)
        from usage in Gen.Elements(null, new AnswerUsage(12, 34))
        from error in Gen.Elements(null, "It broke.")
        from e in Gen.Elements<ConversationEvent>(
            new MessagePosted(new Message(
                ConversationId.Default, seq, new Author(new UserId(key), name), MessageKind.User, text, at, key, replyTo)),
            new MessagePosted(new Message(
                ConversationId.Default, seq, Author.Bot, MessageKind.Ai, text, at, key, replyTo,
                new Answer(state, name, new AnswerContext(1, seq, 7), usage, error))),
            new AnswerEnded(ConversationId.Default, seq, at, seq, state, text, usage, error))
        select e;

    [Fact]
    public void The_frame_of_an_event_has_all_its_fields_and_always_the_same_bytes() => Prop.ForAll(Event.ToArbitrary(), e =>
    {
        var frame = BuiltFrames.Text(json => EventWriter.Write(json, e));
        using var document = JsonDocument.Parse(frame);
        return frame == BuiltFrames.Text(json => EventWriter.Write(json, e)) && Matches(document.RootElement, e);
    }).QuickCheckThrowOnFailure();

    static bool Matches(JsonElement json, ConversationEvent e) =>
        json.GetProperty("seq").GetInt64() == e.Seq
        && json.GetProperty("at").GetDateTimeOffset() == e.At
        && e switch
        {
            MessagePosted posted => Matches(json, posted.Message),
            AnswerEnded ended => TextOf(json, "type") == "answered"
                && TextOf(json, "text") == ended.Text
                && NumberOf(json, "message") == ended.MessageSeq
                && HasOutcome(json, ended.State, ended.Usage, ended.Error),
            _ => false,
        };

    static bool Matches(JsonElement json, Message message) =>
        TextOf(json, "type") == "message"
        && TextOf(json, "text") == message.Text
        && TextOf(json, "key") == message.Key
        && NumberOf(json, "reply_to") == message.ReplyTo
        && TextOf(json.GetProperty("sender"), "id") == message.Sender.Id.Value
        && TextOf(json.GetProperty("sender"), "name") == message.Sender.Name
        && TextOf(json, "kind") == EventWriter.NameOf(message.Kind)
        && (message.Answer is { } answer
            ? HasOutcome(json, answer.State, answer.Usage, answer.Error)
            : TextOf(json, "state") is null);

    static bool HasOutcome(JsonElement json, AnswerState state, AnswerUsage? usage, string? error) =>
        TextOf(json, "state") == EventWriter.NameOf(state)
        && TextOf(json, "error") == error
        && (json.TryGetProperty("usage", out var written)
            ? NumberOf(written, "input_tokens") == usage?.InputTokens && NumberOf(written, "output_tokens") == usage?.OutputTokens
            : usage is null);

    static string? TextOf(JsonElement json, string field) => json.TryGetProperty(field, out var value) ? value.GetString() : null;

    static long? NumberOf(JsonElement json, string field) => json.TryGetProperty(field, out var value) ? value.GetInt64() : null;
}
