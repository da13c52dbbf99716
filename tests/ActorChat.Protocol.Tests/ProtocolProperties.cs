using System.Text;
using System.Text.Json;
using ActorChat.Domain;
using FsCheck;
using FsCheck.Fluent;

namespace ActorChat.Protocol.Tests;

/// <summary>Properties that hold for every input, checked with random inputs.</summary>
public sealed class ProtocolProperties
{
    const string Key = "0123456789abcdef";

    // Pieces for nearly valid frames, because random bytes rarely pass the first brace.
    static readonly string[] Pieces =
    [
        "{", "}", "[", "]", ",", ":", "\"", "\\", "\\u", "d800", "null", "true", "1", "-1", "1.5", "1e309", "9007199254740993",
        " ", "\n", "x", "é", "😀", "\"type\"", "\"id\"", "\"send\"", "\"hello\"", "\"pull\"", "\"history\"", "\"heartbeat\"",
        "\"conversation\"", "\"default\"", "\"key\"", "\"text\"", "\"cursors\"", "\"resume\"", "\"epoch\"", "\"from\"", "\"to\"",
        "\"before\"", "\"username\"", "\"" + Key + "\"", "{\"type\":\"send\",", "\"\\ud800\"",
    ];

    static Gen<byte[]> Bytes => ArbMap.Default.GeneratorFor<byte[]>();

    static Gen<byte[]> NearlyJson => Gen.Elements(Pieces).ArrayOf().Select(p => Encoding.UTF8.GetBytes(string.Concat(p)));

    static Gen<string> AnyText => Gen.OneOf(
        ArbMap.Default.GeneratorFor<string>().Where(s => s is not null),
        Gen.Elements("a", " ", "é", "漢", "😀", "\"", "\\", "\n", "\u0001", "\u2028", "<", "\0", "\ud83d", "\ude00")
            .ArrayOf().Select(string.Concat));

    static Gen<string> ValidText => AnyText.Where(text => !BlankText.IsBlank(text) && StorableText.IsStorable(text));

    static void Holds(Property property) => property.QuickCheckThrowOnFailure();

    [Fact]
    public void The_reader_throws_for_no_bytes() => Holds(Prop.ForAll(Gen.OneOf(Bytes, NearlyJson).ToArbitrary(), bytes =>
    {
        var read = ClientFrameReader.Read(bytes, ClientFrames.Limits);
        return read is not null;
    }));

    [Fact]
    public void A_name_throws_for_no_text_and_folding_is_idempotent() => Holds(Prop.ForAll(AnyText.ToArbitrary(), typed =>
    {
        if (UserName.TryCreate(typed) is not { } name) return true;
        return name.Shown == typed.Trim() && (UserName.TryCreate(name.Folded) is not { } again || again.Folded == name.Folded);
    }));

    [Fact]
    public void A_valid_send_keeps_its_text() => Holds(Prop.ForAll(ValidText.ToArbitrary(), text =>
    {
        var frame = JsonSerializer.SerializeToUtf8Bytes(new { type = "send", id = 1, conversation = "default", key = Key, text });
        return ClientFrameReader.Read(frame, ClientFrames.Limits) is SendFrame send && send.Text == text;
    }));

    [Fact]
    public void A_text_can_be_stored_if_UTF8_can_encode_it_and_it_has_no_NUL() => Holds(Prop.ForAll(AnyText.ToArbitrary(), text =>
    {
        var strict = new UTF8Encoding(false, throwOnInvalidBytes: true);
        bool isEncodable;
        try
        {
            isEncodable = strict.GetString(strict.GetBytes(text)) == text;
        }
        catch (ArgumentException)
        {
            isEncodable = false;
        }
        return StorableText.IsStorable(text) == (isEncodable && !text.Contains('\0', StringComparison.Ordinal));
    }));

    [Fact]
    public void Frames_of_any_length_can_be_decoded_from_a_batch() => Holds(Prop.ForAll(
        Gen.OneOf(Gen.Choose(0, 300), Gen.Choose(65_000, 66_000)).ArrayOf().ToArbitrary(), lengths =>
        {
            var texts = lengths.Select((n, i) => new string((char)('a' + i % 26), n)).ToArray();
            var builder = new FrameBatchBuilder();
            foreach (var text in texts) builder.Add(Encoding.ASCII.GetBytes(text));
            return texts.SequenceEqual(BuiltFrames.Texts(builder.Build()));
        }));
}
