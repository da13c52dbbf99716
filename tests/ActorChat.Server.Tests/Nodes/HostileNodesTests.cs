using ActorChat.Server.Tests.Clients;
using ActorChat.Server.Tests.Processes;
using ActorChat.Server.Tests.Sockets;
using ActorChat.Server.Tests.V1;

namespace ActorChat.Server.Tests.Nodes;

/// <summary>Each of three nodes answers hostile input like a single server, and no client on any node is disturbed.</summary>
[Collection(ThreeNodesTests.Name)]
public sealed class HostileNodesTests(ThreeNodes shared)
{
    // Long, because three servers share the machine.
    static readonly TimeSpan Timeout = TimeSpan.FromSeconds(30);

    static readonly Dictionary<string, IEnumerable<Func<ServerProcess, Task>>> Inputs = new()
    {
        ["requests"] = Of(
            HttpTests.Refused, (node, row) => HttpTests.AssertRefusedAsync(node, (string)row[0], (string)row[1])),
        ["frames"] = Of(
            FrameTests.Wrong, (node, row) => FrameTests.AssertClosedAsync(node, (string)row[0], (byte[])row[1], (int)row[2])),
        ["no JSON"] = Of(
            RefusalTests.NotJson, (node, row) => RefusalTests.AssertBadJsonAsync(node, (string)row[0], (string)row[1])),
        ["other encodings"] = Of(
            OddRequestTests.OtherEncodings, (node, row) => OddRequestTests.AssertBadJsonAsync(node, (string)row[0], (byte[])row[1])),
        ["fields"] = Of(
            RefusalTests.WrongFields, (node, row) => RefusalTests.AssertBadRequestAsync(node, (string)row[0], (string)row[1])),
        ["resumes"] = Of(
            OddRequestTests.WrongResumes, (node, row) => OddRequestTests.AssertWrongResumeAsync(node, (string)row[0], (string)row[1])),
    };

    public static TheoryData<string> Kinds => [.. Inputs.Keys];

    static IEnumerable<Func<ServerProcess, Task>> Of(TheoryData table, Func<ServerProcess, object[], Task> attack) =>
        table.Select(row => (Func<ServerProcess, Task>)(node => attack(node, row)));

    [Promise("P12", "P13")]
    [SkippableTheory]
    [MemberData(nameof(Kinds))]
    public async Task Each_of_three_nodes_answers_hostile_input_like_a_single_server_and_nobody_is_disturbed(string kind)
    {
        var nodes = await shared.StartedAsync();
        await using var people = await People.JoinAsync(nodes);
        foreach (var attack in Inputs[kind])
        {
            await people.ExchangeAsync();
            await Task.WhenAll(nodes.Select(attack));
        }
        await people.ExchangeAsync();
        foreach (var node in nodes) node.AssertCalm();
    }

    [Promise("P12", "P13")]
    [SkippableFact]
    public async Task A_hostile_text_arrives_on_another_node_unchanged_and_inert()
    {
        var nodes = await shared.StartedAsync();
        await using var people = await People.JoinAsync(nodes);
        await using var one = await ChatClient.JoinAsync(nodes[0]);
        await using var two = await ChatClient.JoinAsync(nodes[1]);
        await using var three = await ChatClient.JoinAsync(nodes[2]);
        foreach (var row in TextTests.Hostile)
        {
            await people.ExchangeAsync();
            foreach (var (from, to) in new[] { (one, two), (two, three), (three, one) })
                await TextTests.AssertInertAsync(from, to, (string)row[0], (string)row[1], Timeout);
        }
        await people.ExchangeAsync();
        foreach (var node in nodes) node.AssertCalm();
    }

    /// <summary>A pair of clients for each node and its successor, so that every node sends and receives.</summary>
    sealed class People(Canary[] pairs) : IAsyncDisposable
    {
        public static async Task<People> JoinAsync(IReadOnlyList<ServerProcess> nodes) =>
            new(await Task.WhenAll(nodes.Select((node, i) => Canary.JoinAsync(node, nodes[(i + 1) % nodes.Count]))));

        public Task ExchangeAsync() => Task.WhenAll(pairs.Select(pair => pair.ExchangeAsync()));

        public async ValueTask DisposeAsync()
        {
            foreach (var pair in pairs) await pair.DisposeAsync();
        }
    }
}
