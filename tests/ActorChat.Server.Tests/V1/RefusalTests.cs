using ActorChat.Server.Tests.Clients;
using ActorChat.Server.Tests.Processes;

namespace ActorChat.Server.Tests.V1;

/// <summary>Invalid frames. Each gets an answer, and no other client is affected.</summary>
[Collection(SharedServerTests.Name)]
public sealed class RefusalTests(SharedServer shared)
{
    readonly ServerProcess server = shared.Server;

    const string Key = "0123456789abcdef";

    public static TheoryData<string, string> NotJson => new()
    {
        { "nothing", "" },
        { "spaces", "   " },
        { "two objects", "{}{}" },
        { "text behind the object", """{"type":"heartbeat","id":1} x""" },
        { "a comment", """{"type":"heartbeat"/* id */,"id":1}""" },
        { "a comma at the end", """{"type":"heartbeat","id":1,}""" },
        { "NaN", """{"type":"heartbeat","id":NaN}""" },
        { "single quotes", "{'type':'heartbeat'}" },
        { "half an object", """{"type":"heartbeat",""" },
        { "an array", """[{"type":"heartbeat"}]""" },
        { "a string", "\"heartbeat\"" },
        { "a number", "42" },
        { "null", "null" },
        { "an unescaped line break", "{\"type\":\"heart\nbeat\"}" },
        { "30,000 open brackets", new string('[', 30_000) },
        { "30,000 open brackets in a field", "{\"type\":\"heartbeat\",\"x\":" + new string('[', 30_000) },
        { "30,000 objects in each other", string.Concat(Enumerable.Repeat("{\"a\":", 10_000)) },
    };

    [Promise("P12")]
    [Theory]
    [MemberData(nameof(NotJson))]
    public async Task A_frame_that_is_not_one_JSON_object_is_bad_json_and_the_connection_stays_open(string what, string frame)
    {
        await shared.AssertUndisturbedAsync();
        await AssertBadJsonAsync(server, what, frame);
        await shared.AssertUndisturbedAsync();
    }

    internal static async Task AssertBadJsonAsync(ServerProcess server, string what, string frame)
    {
        await using var client = await ChatClient.JoinAsync(server);

        await client.SendTextAsync(frame);

        var refused = await client.ExpectAsync(f => f.Type == "error");
        Assert.True(refused.Code == "bad_json", what);
        Assert.False(refused.Has("re"));
        await client.SaidAsync("still here");
    }

    [Promise("P12")]
    [Fact]
    public async Task Five_frames_of_bad_json_within_ten_seconds_close_the_connection_with_4400()
    {
        await using var client = await ChatClient.JoinAsync(server);
        for (var i = 0; i < 5; i++) await client.SendTextAsync("{"); // a sixth could meet a closed socket
        Assert.Equal(4400, (await client.ExpectCloseAsync()).Code);
        Assert.InRange(client.Frames.Count(f => f.Code == "bad_json"), 1, 4);
        await shared.AssertUndisturbedAsync();
    }

    static string Send(string fields) => $$"""{"type":"send","id":7,{{fields}}}""";

    public static TheoryData<string, string> WrongFields
    {
        get
        {
            var rows = new TheoryData<string, string>
            {
                { """{"id":7}""", "type" },
                { """{"type":null,"id":7}""", "type" },
                { """{"type":7,"id":7}""", "type" },
                { """{"type":{"a":1},"id":7}""", "type" },
                { Send($"\"key\":\"{Key}\",\"text\":\"x\""), "conversation" },
                { Send($"\"conversation\":null,\"key\":\"{Key}\",\"text\":\"x\""), "conversation" },
                { Send($"\"conversation\":7,\"key\":\"{Key}\",\"text\":\"x\""), "conversation" },
                { Send("\"conversation\":\"default\",\"text\":\"x\""), "key" },
                { Send("\"conversation\":\"default\",\"key\":null,\"text\":\"x\""), "key" },
                { Send("\"conversation\":\"default\",\"key\":1234567890123456,\"text\":\"x\""), "key" },
                { Send("\"conversation\":\"default\",\"key\":\"0123456789abcde\",\"text\":\"x\""), "key" },
                { Send($"\"conversation\":\"default\",\"key\":\"{new string('k', 65)}\",\"text\":\"x\""), "key" },
                { Send("\"conversation\":\"default\",\"key\":\"0123456789 abcdef\",\"text\":\"x\""), "key" },
                { Send("\"conversation\":\"default\",\"key\":\"0123456789abcdéf\",\"text\":\"x\""), "key" },
                { Send("\"conversation\":\"default\",\"key\":\"0123456789abcde\\u0000\",\"text\":\"x\""), "key" },
                { Send($"\"conversation\":\"default\",\"key\":\"{Key}\""), "text" },
                { Send($"\"conversation\":\"default\",\"key\":\"{Key}\",\"text\":null"), "text" },
                { Send($"\"conversation\":\"default\",\"key\":\"{Key}\",\"text\":7"), "text" },
                { Send($"\"conversation\":\"default\",\"key\":\"{Key}\",\"text\":[\"x\"]"), "text" },
                { Send($"\"conversation\":\"default\",\"key\":\"{Key}\",\"text\":\"\""), "text" },
                { Send($"\"conversation\":\"default\",\"key\":\"{Key}\",\"text\":\" \\n\\t \""), "text" },
                { """{"type":"history","id":7,"conversation":"default"}""", "before" },
                { """{"type":"history","id":7,"before":9}""", "conversation" },
                { """{"type":"history","id":7,"conversation":"default","before":"9"}""", "before" },
                { """{"type":"history","id":7,"conversation":"default","after":[]}""", "after" },
                { """{"type":"history","id":7,"conversation":"default","around":1.5}""", "around" },
                { """{"type":"history","id":7,"conversation":"default","before":9,"limit":"all"}""", "limit" },
                { """{"type":"pull","id":7,"conversation":"default","to":9}""", "from" },
                { """{"type":"pull","id":7,"conversation":"default","from":9}""", "to" },
                { """{"type":"pull","id":7,"conversation":"default","from":0,"to":9}""", "from" },
                { """{"type":"pull","id":7,"conversation":"default","from":1,"to":1e309}""", "to" },
                { """{"type":"heartbeat","id":7,"cursors":[]}""", "cursors" },
                { """{"type":"heartbeat","id":7,"cursors":{"default":-1}}""", "cursors" },
                { """{"type":"heartbeat","id":7,"cursors":{"default":"1"}}""", "cursors" },
                { """{"type":"heartbeat","id":7,"cursors":{"default":{"a":[]}}}""", "cursors" },
                { """{"type":"typing","id":7}""", "conversation" },
                { """{"type":"read","id":7,"seq":1}""", "conversation" },
                { """{"type":"read","id":7,"conversation":"default"}""", "seq" },
            };
            string[] numbers =
            [
                "0", "-1", "1.5", "1e309", "-1e309", "9007199254740993", "123456789012345678901234567890", "\"1\"", "true", "{}",
            ];
            foreach (var number in numbers)
            {
                rows.Add(Send($"\"conversation\":\"default\",\"key\":\"{Key}\",\"text\":\"x\",\"reply_to\":{number}"), "reply_to");
                rows.Add($$"""{"type":"read","id":7,"conversation":"default","seq":{{number}}}""", "seq");
            }
            return rows;
        }
    }

    [Promise("P12")]
    [Theory]
    [MemberData(nameof(WrongFields))]
    public async Task A_missing_or_invalid_field_is_a_bad_request_that_names_the_field(string frame, string field)
    {
        await AssertBadRequestAsync(server, frame, field);
        await shared.AssertUndisturbedAsync();
    }

    internal static async Task AssertBadRequestAsync(ServerProcess server, string frame, string field)
    {
        await using var client = await ChatClient.JoinAsync(server);
        var refused = await client.AskTextAsync(frame, 7);
        Assert.Equal(("bad_request", field), (refused.Code, refused.TextOf("field")));
        Assert.False(refused["retry"].GetBoolean());
        await client.SaidAsync("still here");
    }

    [Theory]
    [InlineData("\"7\"")]
    [InlineData("1.5")]
    [InlineData("1e309")]
    [InlineData("9007199254740993")]
    [InlineData("[]")]
    public async Task An_id_that_is_not_a_whole_number_gets_a_bad_request_without_an_id(string id)
    {
        await using var client = await ChatClient.JoinAsync(server);
        await client.SendTextAsync($$"""{"type":"heartbeat","id":{{id}}}""");
        var refused = await client.ExpectAsync(f => f.Type == "error");
        Assert.Equal(("bad_request", "id"), (refused.Code, refused.TextOf("field")));
        Assert.False(refused.Has("re"));
        await shared.AssertUndisturbedAsync();
    }

    public static TheoryData<string, string> Odd => new()
    {
        { "a repeated field", "\"text\":\"first\",\"text\":\"odd\"" },
        { "names with a meaning in JavaScript", "\"text\":\"odd\",\"__proto__\":{\"sender\":\"x\"},\"constructor\":null" },
        { "5,000 unknown fields", "\"text\":\"odd\"," + string.Join(',', Enumerable.Range(0, 5000).Select(i => $"\"f{i}\":{i}")) },
        { "an escaped name of a field", "\"te\\u0078t\":\"odd\"" },
        { "deep nesting within the limit", "\"text\":\"odd\",\"x\":[[[[[{}]]]]]" },
    };

    [Promise("P12")]
    [Theory]
    [MemberData(nameof(Odd))]
    public async Task Unusual_but_valid_JSON_is_accepted(string what, string fields)
    {
        await using var client = await ChatClient.JoinAsync(server);
        var reply = await client.AskTextAsync(Send($"\"conversation\":\"default\",\"key\":\"{ChatClient.NewKey()}\",{fields}"), 7);
        Assert.True(reply.Type == "ok", $"{what}: {reply.Text}");
        Assert.Equal("odd", (await client.ExpectEventAsync(reply.Seq!.Value)).TextOf("text"));
        await shared.AssertUndisturbedAsync();
    }
}
