using ActorChat.Server.Tests.Clients;
using ActorChat.Server.Tests.Processes;
using ActorChat.Server.Tests.Sockets;
using ActorChat.Server.Tests.V1;

namespace ActorChat.Server.Tests.Nodes;

/// <summary>What one server answers without its neighbours noticing, three nodes answer in the same way, each of them, and nobody on any of them notices.</summary>
[Collection(ThreeNodesTests.Name)]
public sealed class HostileNodesTests(ThreeNodes shared)
{
    // On a machine that is busy with three servers.
    static readonly TimeSpan Moment = TimeSpan.FromSeconds(30);

    static readonly Dictionary<string, IEnumerable<Func<ServerProcess, Task>>> Inputs = new()
    {
        ["requests"] = Of(HttpTests.Refused, (node, row) => HttpTests.AssertRefusedAsync(node, (string)row[0], (string)row[1])),
        ["frames"] = Of(FrameTests.Wrong, (node, row) => FrameTests.AssertClosedAsync(node, (string)row[0], (byte[])row[1], (int)row[2])),
        ["no JSON"] = Of(RefusalTests.NotJson, (node, row) => RefusalTests.AssertBadJsonAsync(node, (string)row[0], (string)row[1])),
        ["other encodings"] = Of(OddRequestTests.OtherEncodings, (node, row) => OddRequestTests.AssertBadJsonAsync(node, (string)row[0], (byte[])row[1])),
        ["fields"] = Of(RefusalTests.WrongFields, (node, row) => RefusalTests.AssertBadRequestAsync(node, (string)row[0], (string)row[1])),
        ["resumes"] = Of(OddRequestTests.WrongResumes, (node, row) => OddRequestTests.AssertWrongResumeAsync(node, (string)row[0], (string)row[1])),
    };

    public static TheoryData<string> Doors => [.. Inputs.Keys];

    static IEnumerable<Func<ServerProcess, Task>> Of(TheoryData table, Func<ServerProcess, object[], Task> attack) =>
        table.Select(row => (Func<ServerProcess, Task>)(node => attack(node, row)));

    [Promise("P12", "P13")]
    [SkippableTheory]
    [MemberData(nameof(Doors))]
    public async Task Hostile_input_at_each_of_three_nodes_is_answered_as_by_one_and_nobody_on_any_of_them_notices(string door)
    {
        var nodes = await shared.StartedAsync();
        await using var people = await People.ArriveAsync(nodes);
        foreach (var attack in Inputs[door])
        {
            await people.ExchangeAsync();
            await Task.WhenAll(nodes.Select(attack));
        }
        await people.ExchangeAsync();
        foreach (var node in nodes) node.AssertCalm();
    }

    [Promise("P12", "P13")]
    [SkippableFact]
    public async Task Hostile_text_from_any_node_is_on_every_other_as_typed_and_inert()
    {
        var nodes = await shared.StartedAsync();
        await using var people = await People.ArriveAsync(nodes);
        await using var one = await ChatClient.JoinAsync(nodes[0]);
        await using var two = await ChatClient.JoinAsync(nodes[1]);
        await using var three = await ChatClient.JoinAsync(nodes[2]);
        foreach (var row in TextTests.Hostile)
        {
            await people.ExchangeAsync();
            foreach (var (from, to) in new[] { (one, two), (two, three), (three, one) })
                await TextTests.AssertInertAsync(from, to, (string)row[0], (string)row[1], Moment);
        }
        await people.ExchangeAsync();
        foreach (var node in nodes) node.AssertCalm();
    }

    /// <summary>On each node one who speaks to the next node, and one who is spoken to from the one before.</summary>
    sealed class People(Canary[] pairs) : IAsyncDisposable
    {
        public static async Task<People> ArriveAsync(IReadOnlyList<ServerProcess> nodes) =>
            new(await Task.WhenAll(nodes.Select((node, i) => Canary.ArriveAsync(node, nodes[(i + 1) % nodes.Count]))));

        public Task ExchangeAsync() => Task.WhenAll(pairs.Select(pair => pair.ExchangeAsync()));

        public async ValueTask DisposeAsync()
        {
            foreach (var pair in pairs) await pair.DisposeAsync();
        }
    }
}
