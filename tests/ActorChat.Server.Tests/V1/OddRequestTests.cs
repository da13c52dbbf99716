using System.Globalization;
using System.Text;
using ActorChat.Server.Tests.Clients;
using ActorChat.Server.Tests.Processes;

namespace ActorChat.Server.Tests.V1;

/// <summary>Frames at the limits of JSON and of the protocol.</summary>
[Collection(SharedServerTests.Name)]
public sealed class OddRequestTests(SharedServer shared)
{
    readonly ServerProcess server = shared.Server;

    const string Heartbeat = """{"type":"heartbeat","id":1}""";

    public static TheoryData<string, byte[]> OtherEncodings => new()
    {
        { "a byte order mark", [0xef, 0xbb, 0xbf, .. Encoding.UTF8.GetBytes(Heartbeat)] },
        { "UTF-16", Encoding.Unicode.GetBytes(Heartbeat) },
        { "UTF-16, big-endian", Encoding.BigEndianUnicode.GetBytes(Heartbeat) },
        { "UTF-32", Encoding.UTF32.GetBytes(Heartbeat) },
        { "zero bytes after the object", [.. Encoding.UTF8.GetBytes(Heartbeat), 0, 0, 0] },
        { "a line separator as white space", Encoding.UTF8.GetBytes("{\u2028\"type\":\"heartbeat\"}") },
        { "a no-break space as white space", Encoding.UTF8.GetBytes("{\u00a0\"type\":\"heartbeat\"}") },
        { "a number of 60,000 digits", Encoding.UTF8.GetBytes("{\"type\":\"heartbeat\",\"id\":1." + new string('0', 60_000) + "x}") },
        { "a lone quote", "\""u8.ToArray() },
        { "60,001 backslashes", Encoding.UTF8.GetBytes("{\"type\":\"" + new string('\\', 60_001)) },
        { "nested arrays in an unknown field", HeartbeatWith("x", new string('[', 9) + new string(']', 9)) },
        { "nested objects in a known field", HeartbeatWith("cursors", Repeat("{\"a\":", 9) + "1" + new string('}', 9)) },
    };

    static byte[] HeartbeatWith(string field, string value) => Encoding.UTF8.GetBytes($$"""{"type":"heartbeat","{{field}}":{{value}}}""");

    static string Repeat(string text, int times) => string.Concat(Enumerable.Repeat(text, times));

    [Promise("P12")]
    [Theory]
    [MemberData(nameof(OtherEncodings))]
    public Task A_frame_that_is_not_JSON_in_UTF8_is_bad_json_and_the_connection_stays_open(string what, byte[] frame) =>
        shared.AssertUndisturbedByAsync(() => AssertBadJsonAsync(server, what, frame));

    internal static async Task AssertBadJsonAsync(ServerProcess server, string what, byte[] frame)
    {
        await using var raw = await RawSocket.JoinedAsync(server);
        await raw.SendFrameAsync(RawSocket.Text, frame);
        Assert.Equal((what, "bad_json"), (what, (await NextReplyAsync(raw)).Code));
        await raw.SendFrameAsync(RawSocket.Text, Heartbeat);
        Assert.Equal("ok", (await NextReplyAsync(raw)).Type);
    }

    static async Task<Frame> NextReplyAsync(RawSocket raw)
    {
        while (true)
        {
            var frame = await raw.ReadTextAsync();
            if (frame.Type is "ok" or "error") return frame;
        }
    }

    [Theory]
    [InlineData("!\"#$%&'()*+,-./:;<=>?@[\\]^_`{|}~")]
    [InlineData("../../../../etc/passwd")]
    [InlineData("'); DROP TABLE messages;--")]
    [InlineData("%00%0d%0a%2e%2e%2f%5c")]
    [InlineData("__proto____proto__")]
    [InlineData("0000000000000000")]
    public Task A_key_may_contain_any_visible_ASCII_characters(string key) => shared.AssertUndisturbedByAsync(async () =>
    {
        key = key.Replace(' ', '+');
        await using var client = await ChatClient.JoinAsync(server);
        var first = await client.SayAsync("said once", key);
        var again = await client.SayAsync("said once", key);
        Assert.False(first["duplicate"].GetBoolean());
        Assert.Equal((first.Seq!.Value, true), (again.Seq!.Value, again["duplicate"].GetBoolean()));
        Assert.Equal(key, (await client.ExpectEventAsync(first.Seq.Value)).TextOf("key"));
    });

    [Theory]
    [InlineData(long.MinValue)]
    [InlineData(-1)]
    [InlineData(0)]
    [InlineData(1L << 53)]
    [InlineData((1L << 53) + 1)]
    [InlineData(long.MaxValue)]
    public Task An_id_is_returned_unchanged_up_to_2_to_the_53_and_refused_beyond(long id) => shared.AssertUndisturbedByAsync(async () =>
    {
        await using var client = await ChatClient.JoinAsync(server);
        var now = client.Now;
        await client.SendTextAsync($$"""{"type":"heartbeat","id":{{id.ToString(CultureInfo.InvariantCulture)}}}""");
        var reply = await client.ExpectAsync(f => f.Type is "ok" or "error", from: now);
        if (Math.Abs((decimal)id) <= 1L << 53) Assert.Equal(("ok", id), (reply.Type, reply["re"].GetInt64()));
        else Assert.Equal(("bad_request", "id"), (reply.Code, reply.TextOf("field")));
    });

    static string HelloWith(string resume) => $$"""{"type":"hello","id":7,"name":"{{ChatClient.NewName()}}","resume":{{resume}}}""";

    public static TheoryData<string, string> WrongResumes => new()
    {
        { "a negative cursor", """{"epoch":"e","cursors":{"default":-1}}""" },
        { "a cursor beyond whole numbers", """{"epoch":"e","cursors":{"default":9007199254740993}}""" },
        { "a cursor of 2^64", """{"epoch":"e","cursors":{"default":18446744073709551616}}""" },
        { "a fraction", """{"epoch":"e","cursors":{"default":1.5}}""" },
        { "a cursor of infinity", """{"epoch":"e","cursors":{"default":1e309}}""" },
        { "a text", """{"epoch":"e","cursors":{"default":"1"}}""" },
        { "null", """{"epoch":"e","cursors":{"default":null}}""" },
        { "one wrong cursor among right ones", """{"epoch":"e","cursors":{"a":1,"b":2,"default":[]}}""" },
        { "an epoch that is a number", """{"epoch":7,"cursors":{}}""" },
        { "an epoch that is an object", """{"epoch":{},"cursors":{}}""" },
        { "an epoch that is half a surrogate pair", """{"epoch":"\ud800","cursors":{}}""" },
        { "no epoch", """{"cursors":{}}""" },
        { "cursors in an array", """{"epoch":"e","cursors":[1]}""" },
        { "an array", "[]" },
        { "a conversation that is half a surrogate pair", """{"epoch":"e","cursors":{"\ud800":1}}""" },
    };

    [Promise("P12")]
    [Theory]
    [MemberData(nameof(WrongResumes))]
    public Task An_invalid_resume_is_a_bad_request_and_the_client_may_send_another_hello(string what, string resume) =>
        shared.AssertUndisturbedByAsync(() => AssertWrongResumeAsync(server, what, resume));

    internal static async Task AssertWrongResumeAsync(ServerProcess server, string what, string resume)
    {
        await using var client = await ChatClient.ConnectAsync(server);
        var refused = await client.AskTextAsync(HelloWith(resume), 7);
        Assert.Equal((what, "bad_request", "resume"), (what, refused.Code, refused.TextOf("field")));
        await client.SendAsync(new { type = "hello", id = 8, name = ChatClient.NewName() });
        await client.ExpectAsync(f => f.Type == "live");
    }

    public static TheoryData<string, string, string> OddResumes => new()
    {
        { "4,000 cursors", ResumeWith(4000, i => $"c{i}"), "epoch" },
        { "the same cursor 4,000 times", ResumeWith(4000, _ => "default"), "epoch" },
        { "an epoch of 50 kB", "{\"epoch\":\"" + new string('e', 50_000) + "\",\"cursors\":{\"default\":1}}", "epoch" },
        { "the cursor of an unknown conversation", """{"epoch":"e","cursors":{"elsewhere":5}}""", "epoch" },
        { "an unknown field", """{"epoch":"e","cursors":{},"extra":[{"deep":[1]}]}""", "epoch" },
        { "a valid one, then null", """{"epoch":"e","cursors":{"default":1}},"resume":null""", "new" },
    };

    static string ResumeWith(int cursors, Func<int, string> conversation) =>
        "{\"epoch\":\"e\",\"cursors\":{" + string.Join(',', Enumerable.Range(0, cursors).Select(i => $"\"{conversation(i)}\":{i}")) + "}}";

    [Theory]
    [MemberData(nameof(OddResumes))]
    public Task An_unusual_but_valid_resume_gets_a_reset(string what, string resume, string why) =>
        shared.AssertUndisturbedByAsync(async () =>
        {
            await using var client = await ChatClient.ConnectAsync(server);
            await client.SendTextAsync(HelloWith(resume));
            var reset = await client.ExpectAsync(f => f.Type == "reset");
            Assert.Equal((what, why), (what, reset.TextOf("why")));
            await client.ExpectAsync(f => f.Type == "live");
            await client.SaidAsync("still accepted");
        });

    [Fact]
    public Task Ten_thousand_cursors_exceed_the_size_of_a_frame() => shared.AssertUndisturbedByAsync(async () =>
    {
        await using var client = await ChatClient.ConnectAsync(server);
        await client.SendTextAsync(HelloWith(ResumeWith(10_000, i => $"c{i}")));
        Assert.Equal(4413, (await client.ExpectCloseAsync()).Code);
    });

    [Promise("P12")]
    [Fact]
    public Task A_client_cannot_choose_its_role_or_its_user_id() => shared.AssertUndisturbedByAsync(async () =>
    {
        await using var client = await ChatClient.ConnectAsync(server);
        var name = ChatClient.NewName();
        await client.SendTextAsync(
            $$"""{"type":"hello","id":1,"name":"{{name}}","role":"admin","user":{"id":"aibot"},"sender":"AIBot","user_id":"1"}""");
        var user = (await client.ExpectAsync(f => f.Type == "welcome"))["user"];
        Assert.Equal(("member", name), (user.GetProperty("role").GetString(), user.GetProperty("name").GetString()));
        Assert.NotEqual("aibot", user.GetProperty("id").GetString());
    });
}
