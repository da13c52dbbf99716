using System.Text;
using System.Text.Json;
using ActorChat.Domain;
using FsCheck;
using FsCheck.Fluent;

namespace ActorChat.Protocol.Tests;

/// <summary>What must hold for whatever comes, tried with a few hundred cases that nobody thought of.</summary>
public sealed class ProtocolProperties
{
    const string Key = "0123456789abcdef";

    // Pieces of which nearly valid frames are made: random bytes alone never get past the first brace.
    static readonly string[] Pieces =
    [
        "{", "}", "[", "]", ",", ":", "\"", "\\", "\\u", "d800", "null", "true", "1", "-1", "1.5", "1e309", "9007199254740993", " ", "\n", "x", "é", "😀",
        "\"type\"", "\"id\"", "\"send\"", "\"hello\"", "\"pull\"", "\"history\"", "\"heartbeat\"", "\"conversation\"", "\"default\"", "\"key\"", "\"text\"",
        "\"cursors\"", "\"resume\"", "\"epoch\"", "\"from\"", "\"to\"", "\"before\"", "\"username\"", "\"" + Key + "\"", "{\"type\":\"send\",", "\"\\ud800\"",
    ];

    static Gen<byte[]> Bytes => ArbMap.Default.GeneratorFor<byte[]>();

    static Gen<byte[]> NearlyJson => Gen.Elements(Pieces).ArrayOf().Select(p => Encoding.UTF8.GetBytes(string.Concat(p)));

    static Gen<string> AnyText => Gen.OneOf(
        ArbMap.Default.GeneratorFor<string>().Where(s => s is not null),
        Gen.Elements("a", " ", "é", "漢", "😀", "\"", "\\", "\n", "\u0001", "\u2028", "<", "\0", "\ud83d", "\ude00").ArrayOf().Select(string.Concat));

    static Gen<string> ValidText => AnyText.Where(t => !string.IsNullOrWhiteSpace(t) && StorableText.IsStorable(t));

    static void Holds(Property property) => property.QuickCheckThrowOnFailure();

    [Fact]
    public void Whatever_bytes_come_nothing_throws() => Holds(Prop.ForAll(Gen.OneOf(Bytes, NearlyJson).ToArbitrary(), bytes =>
    {
        var read = ClientFrameReader.Read(bytes, ClientFrames.Limits);
        return read is not null;
    }));

    [Fact]
    public void Whatever_is_typed_as_a_name_nothing_throws_and_folding_twice_is_folding_once() => Holds(Prop.ForAll(AnyText.ToArbitrary(), typed =>
    {
        var name = UserName.TryCreate(typed);
        return name is null || (name.Shown == typed.Trim() && (UserName.TryCreate(name.Folded) is not { } again || again.Folded == name.Folded));
    }));

    [Fact]
    public void A_valid_send_keeps_its_text() => Holds(Prop.ForAll(ValidText.ToArbitrary(), text =>
    {
        var frame = JsonSerializer.SerializeToUtf8Bytes(new { type = "send", id = 1, conversation = "default", key = Key, text });
        return ClientFrameReader.Read(frame, ClientFrames.Limits) is SendFrame send && send.Text == text;
    }));

    [Fact]
    public void Text_can_be_stored_exactly_if_UTF8_can_carry_it_and_it_has_no_NUL() => Holds(Prop.ForAll(AnyText.ToArbitrary(), text =>
    {
        var strict = new UTF8Encoding(false, throwOnInvalidBytes: true);
        bool carried;
        try
        {
            carried = strict.GetString(strict.GetBytes(text)) == text;
        }
        catch (ArgumentException)
        {
            carried = false;
        }
        return StorableText.IsStorable(text) == (carried && !text.Contains('\0', StringComparison.Ordinal));
    }));

    [Fact]
    public void What_an_event_says_is_read_back_from_its_frame() => Holds(Prop.ForAll(ValidText.ToArbitrary(), Gen.Choose(1, int.MaxValue).ToArbitrary(), (text, seq) =>
    {
        var message = new Message(ConversationId.Default, seq, new Author(new UserId("u1"), text), MessageKind.User, text, DateTimeOffset.UnixEpoch, Key);
        var frame = BuiltFrames.Text(json => EventWriter.Write(json, message, new NoMarkup()));
        using var read = JsonDocument.Parse(frame);
        return read.RootElement.GetProperty("text").GetString() == text && read.RootElement.GetProperty("seq").GetInt64() == seq
            && read.RootElement.GetProperty("sender").GetProperty("name").GetString() == text;
    }));

    [Fact]
    public void Frames_of_any_lengths_are_taken_apart_again() => Holds(Prop.ForAll(
        Gen.OneOf(Gen.Choose(0, 300), Gen.Choose(65_000, 66_000)).ArrayOf().ToArbitrary(), lengths =>
        {
            var texts = lengths.Select((n, i) => new string((char)('a' + i % 26), n)).ToArray();
            var builder = new FrameBatchBuilder();
            foreach (var text in texts) builder.Add(Encoding.ASCII.GetBytes(text));
            return texts.SequenceEqual(BuiltFrames.Texts(builder.Build()));
        }));

    sealed class NoMarkup : IMarkup
    {
        public string? Render(string text) => null;
    }
}
