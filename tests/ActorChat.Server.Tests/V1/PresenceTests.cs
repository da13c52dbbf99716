using System.Text.Json;
using ActorChat.Server.Tests.Clients;
using ActorChat.Server.Tests.Processes;

namespace ActorChat.Server.Tests.V1;

/// <summary>Other tests join and leave the shared server at the same time, so each test looks only for its own people.</summary>
[Collection(SharedServerTests.Name)]
public sealed class PresenceTests(SharedServer shared)
{
    readonly ServerProcess server = shared.Server;

    static bool Names(Frame frame, string field, string name) =>
        frame.Type == "presence"
        && frame.Json.TryGetProperty(field, out var people)
        && people.EnumerateArray().Any(person => person.GetProperty("name").GetString() == name);

    static Task<Frame> ExpectPresenceAsync(ChatClient client, string field, string name, int from = 0) =>
        client.ExpectAsync(f => Names(f, field, name), from: from);

    /// <summary>Joins and waits for the list of people, so that every later arrival is a change.</summary>
    async Task<ChatClient> JoinAsync()
    {
        var client = await ChatClient.JoinAsync(server);
        await ExpectPresenceAsync(client, "state", client.Name);
        return client;
    }

    [Fact]
    public async Task A_client_gets_the_list_of_people_after_live_and_is_in_it()
    {
        await using var ann = await ChatClient.JoinAsync(server);
        var state = await ann.ExpectAsync(f => f.Type == "presence");
        Assert.True(Names(state, "state", ann.Name), state.Text);
        Assert.Equal("default", state.TextOf("conversation"));
        Assert.Equal(["welcome", "reset", "live"], ann.Frames.Take(3).Select(f => f.Type));
        Assert.Equal(JsonValueKind.String, state["state"][0].GetProperty("id").ValueKind);

        await using var ben = await ChatClient.JoinAsync(server);
        await ExpectPresenceAsync(ben, "state", ann.Name);
        await ExpectPresenceAsync(ann, "joined", ben.Name);
    }

    [Fact]
    public async Task A_person_who_stays_away_has_left()
    {
        await using var ann = await JoinAsync();
        var ben = await ChatClient.JoinAsync(server);
        await ExpectPresenceAsync(ann, "joined", ben.Name);
        await ben.DisposeAsync();
        await ExpectPresenceAsync(ann, "left", ben.Name);
    }

    [Fact]
    public async Task A_person_leaves_when_the_last_of_several_connections_ends()
    {
        await using var ann = await JoinAsync();
        var first = await ChatClient.JoinAsync(server);
        await ExpectPresenceAsync(ann, "joined", first.Name);
        var now = ann.Now;
        // There is always at least one connection, so a slow machine cannot make the person leave.
        var second = await ChatClient.ReturnAsync(server, first.Token);
        await first.DisposeAsync();
        await using var third = await ChatClient.ReturnAsync(server, first.Token);
        await second.DisposeAsync();
        // Presence changes arrive in order. After the witness has left, a change of the first person would have arrived, too.
        var witness = await ChatClient.JoinAsync(server);
        await ExpectPresenceAsync(ann, "joined", witness.Name, now);
        await witness.DisposeAsync();
        await ExpectPresenceAsync(ann, "left", witness.Name, now);
        Assert.DoesNotContain(ann.Frames.Skip(now), f => Names(f, "joined", first.Name) || Names(f, "left", first.Name));
    }

    [Fact]
    public async Task Classic_clients_are_present_but_get_no_presence_frames()
    {
        await using var ann = await JoinAsync();
        var name = ChatClient.NewName();
        await using var page = await ClassicClient.JoinAsync(server, name);
        await ExpectPresenceAsync(ann, "joined", name);
        await ann.SaidAsync($"to {name}");
        await page.ExpectLineAsync($"to {name}");
        Assert.DoesNotContain(page.Frames, f => f.TextOf("type") == "presence");
    }
}
