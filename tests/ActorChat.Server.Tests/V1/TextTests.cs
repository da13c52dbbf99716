using System.Text;
using System.Text.Json;
using ActorChat.Server.Tests.Clients;
using ActorChat.Server.Tests.Processes;

namespace ActorChat.Server.Tests.V1;

/// <summary>The texts that a message may have, and hostile texts.</summary>
[Collection(SharedServerTests.Name)]
public sealed class TextTests(SharedServer shared)
{
    const int Limit = 16_384;

    readonly ServerProcess server = shared.Server;

    // Clients write characters unescaped. The serializer of .NET would write escapes of six bytes each.
    static async Task<Frame> SayPlainAsync(ChatClient client, string text)
    {
        var json = $$"""{"type":"send","id":7,"conversation":"default","key":"{{ChatClient.NewKey()}}","text":"{{text}}"}""";
        return await client.AskTextAsync(json, 7);
    }

    [Promise("P12")]
    [Theory]
    [InlineData("x")]
    [InlineData("é")]
    [InlineData("漢")]
    [InlineData("😀")]
    public async Task A_text_at_the_limit_is_accepted(string character)
    {
        var bytes = Encoding.UTF8.GetByteCount(character);
        var text = string.Concat(Enumerable.Repeat(character, Limit / bytes)) + new string('x', Limit % bytes);
        await using var client = await ChatClient.JoinAsync(server);

        var reply = await SayPlainAsync(client, text);

        Assert.Equal("ok", reply.Type);
        Assert.Equal(text, (await client.ExpectEventAsync(reply.Seq!.Value)).TextOf("text"));
    }

    [Promise("P12")]
    [Theory]
    [InlineData("x")]
    [InlineData("é")]
    [InlineData("漢")]
    [InlineData("😀")]
    public async Task A_text_one_byte_over_the_limit_is_too_long(string character)
    {
        var bytes = Encoding.UTF8.GetByteCount(character);
        var text = string.Concat(Enumerable.Repeat(character, Limit / bytes)) + new string('x', Limit % bytes + 1);
        await using var client = await ChatClient.JoinAsync(server);

        var reply = await SayPlainAsync(client, text);

        Assert.Equal(("too_long", "text"), (reply.Code, reply.TextOf("field")));
        await client.SaidAsync("still here");
    }

    [Promise("P12")]
    [Theory]
    [InlineData("\\ud800")]
    [InlineData("\\udc00")]
    [InlineData("before \\ud83d after")]
    [InlineData("\\ude00\\ud83d")]
    [InlineData("\\u0000")]
    [InlineData("before \\u0000 after")]
    [InlineData("\\u200b")]
    [InlineData("\\u2800\\u3164 \\u00ad")]
    [InlineData("\\u202e\\u2066\\ufeff\\udb40\\udc41")]
    [InlineData(" \\n ")]
    public async Task A_text_that_is_blank_or_cannot_be_stored_is_refused_and_other_messages_are_acknowledged(string escaped)
    {
        await using var client = await ChatClient.JoinAsync(server);

        var before = client.SayAsync("before");
        var bad = client.AskTextAsync(
            $$"""{"type":"send","id":1000,"conversation":"default","key":"{{ChatClient.NewKey()}}","text":"{{escaped}}"}""", 1000);
        var after = client.SayAsync("after");

        Assert.Equal(("bad_request", "text"), ((await bad).Code, (await bad).TextOf("field")));
        Assert.Equal("ok", (await before).Type);
        Assert.Equal("ok", (await after).Type);
        await shared.AssertUndisturbedAsync();
    }

    public static TheoryData<string, string> Hostile => new()
    {
        { "a script", "<script>alert(1)</script>" },
        { "an image with a handler", "<img src=x onerror=alert(1)>" },
        { "a link with script", "[press](javascript:alert(1)) and <javascript:alert(1)>" },
        { "a link with data", "[press](data:text/html;base64,PHNjcmlwdD4=)" },
        { "a remote image", "![spy](https://example.org/spy.png)" },
        { "overrides of direction", "\u202egnp.exe\u202c \u2066x\u2069" },
        { "five thousand combining marks", "a" + new string('\u0301', 5000) },
        { "ten thousand brackets", new string('[', 10_000) },
        { "ten thousand asterisks", new string('*', 10_000) },
        { "ten thousand nested quotes", new string('>', 10_000) },
        { "a forged log line", "x\r\n12:00:00.000 crit: Server[0] gone" },
        { "terminal colours", "\u001b[31mred\u001b[0m" },
    };

    [Promise("P12")]
    [Theory]
    [MemberData(nameof(Hostile))]
    public async Task Hostile_text_is_stored_and_delivered_as_typed_in_a_moment(string what, string text)
    {
        await using var client = await ChatClient.JoinAsync(server);
        await AssertInertAsync(client, client, what, text, Deadline.Usual);
        await shared.AssertUndisturbedAsync();
    }

    internal static async Task AssertInertAsync(ChatClient client, ChatClient reader, string what, string text, TimeSpan moment)
    {
        var reply = await client.SayAsync(text).WaitAsync(moment);

        Assert.True(reply.Type == "ok", $"{what}: {reply.Text}");
        var seen = await reader.ExpectEventAsync(reply.Seq!.Value);
        Assert.Equal(text, seen.TextOf("text"));
        // Only the text: clients render it, so there is no HTML to make safe.
        Assert.False(seen.Has("html"));
    }

    [Fact]
    public async Task A_text_keeps_all_its_characters()
    {
        const string Text = "  two\n\n lines\t\"quoted\" \\ / 👩‍👩‍👧 \u00a0\ufeff\u2028 é e\u0301 ";
        await using var client = await ChatClient.JoinAsync(server);
        var seq = await client.SaidAsync(Text);
        Assert.Equal(Text, (await client.ExpectEventAsync(seq)).TextOf("text"));
        var stored = await client.AskAsync(new { type = "pull", conversation = "default", from = seq, to = seq });
        Assert.Equal(Text, stored["events"][0].GetProperty("text").GetString());
        Assert.Equal(JsonValueKind.Array, stored["events"].ValueKind);
    }
}
