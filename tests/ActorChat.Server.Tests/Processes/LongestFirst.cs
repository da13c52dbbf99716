using ActorChat.Server.Tests.Browser;
using ActorChat.Server.Tests.Nodes;
using ActorChat.Server.Tests.Processes;
using Xunit.Abstractions;

[assembly: TestCollectionOrderer(LongestFirst.TypeName, LongestFirst.AssemblyName)]

namespace ActorChat.Server.Tests.Processes;

/// <summary>Starts the longest collections first. Otherwise they would run alone at the end, on one core.</summary>
public sealed class LongestFirst : ITestCollectionOrderer
{
    public const string TypeName = "ActorChat.Server.Tests.Processes.LongestFirst";
    public const string AssemblyName = "ActorChat.Server.Tests";

    static readonly string[] Long = [SharedRoom.Name, SharedRoom.Beside, KilledServers.Name, ThreeNodesTests.Name];

    public IEnumerable<ITestCollection> OrderTestCollections(IEnumerable<ITestCollection> testCollections) =>
        testCollections
            .OrderBy(collection => !Long.Contains(collection.DisplayName))
            .ThenBy(collection => collection.DisplayName, StringComparer.Ordinal);
}
