using System.Text.Json;
using ActorChat.Server.Tests.Clients;
using ActorChat.Server.Tests.Processes;

namespace ActorChat.Server.Tests.V1;

/// <summary>Others come and go on the shared server meanwhile: each test looks for its own people.</summary>
[Collection(SharedServerTests.Name)]
public sealed class PresenceTests(SharedServer shared)
{
    readonly ServerProcess server = shared.Server;

    static bool Names(Frame frame, string field, string name) =>
        frame.Type == "presence" && frame.Json.TryGetProperty(field, out var people) && people.EnumerateArray().Any(p => p.GetProperty("name").GetString() == name);

    static Task<Frame> ToldAsync(ChatClient client, string field, string name, int from = 0) => client.ExpectAsync(f => Names(f, field, name), from: from);

    /// <summary>Somebody who has been told who is here: who comes from now on is news.</summary>
    async Task<ChatClient> HereAsync()
    {
        var client = await ChatClient.JoinAsync(server);
        await ToldAsync(client, "state", client.Name);
        return client;
    }

    [Fact]
    public async Task After_live_one_is_told_who_is_here_oneself_included()
    {
        await using var ann = await ChatClient.JoinAsync(server);
        var state = await ann.ExpectAsync(f => f.Type == "presence");
        Assert.True(Names(state, "state", ann.Name), state.Text);
        Assert.Equal("default", state.TextOf("conversation"));
        Assert.Equal(["welcome", "reset", "live"], ann.Frames.Take(3).Select(f => f.Type));
        Assert.Equal(JsonValueKind.String, state["state"][0].GetProperty("id").ValueKind);

        await using var ben = await ChatClient.JoinAsync(server);
        await ToldAsync(ben, "state", ann.Name);
        await ToldAsync(ann, "joined", ben.Name);
    }

    [Fact]
    public async Task Who_has_gone_for_good_is_told_as_left()
    {
        await using var ann = await HereAsync();
        var ben = await ChatClient.JoinAsync(server);
        await ToldAsync(ann, "joined", ben.Name);
        await ben.DisposeAsync();
        await ToldAsync(ann, "left", ben.Name);
    }

    [Fact]
    public async Task Several_connections_are_one_person_and_only_the_last_end_is_a_leaving()
    {
        await using var ann = await HereAsync();
        var first = await ChatClient.JoinAsync(server);
        await ToldAsync(ann, "joined", first.Name);
        var now = ann.Now;
        // Never without a connection: how long a machine takes for the next one says nothing.
        var second = await ChatClient.ReturnAsync(server, first.Token);
        await first.DisposeAsync();
        await using var third = await ChatClient.ReturnAsync(server, first.Token);
        await second.DisposeAsync();
        // Somebody who leaves after that is told after whatever would have been told of it.
        var witness = await ChatClient.JoinAsync(server);
        await ToldAsync(ann, "joined", witness.Name, now);
        await witness.DisposeAsync();
        await ToldAsync(ann, "left", witness.Name, now);
        Assert.DoesNotContain(ann.Frames.Skip(now), f => Names(f, "joined", first.Name) || Names(f, "left", first.Name));
    }

    [Fact]
    public async Task Classic_clients_are_present_too_and_hear_nothing_of_it()
    {
        await using var ann = await HereAsync();
        var name = ChatClient.NewName();
        await using var page = await ClassicClient.JoinAsync(server, name);
        await ToldAsync(ann, "joined", name);
        await ann.SaidAsync($"to {name}");
        await page.ExpectLineAsync($"to {name}");
        Assert.DoesNotContain(page.Frames, f => f.TextOf("type") == "presence");
    }
}
