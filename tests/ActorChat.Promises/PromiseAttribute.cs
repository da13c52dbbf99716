using Xunit.Sdk;

namespace ActorChat.Promises;

/// <summary>Marks a test with the promises that it proves. <c>dotnet test --filter Promise=P1</c> runs the tests of one promise.</summary>
[AttributeUsage(AttributeTargets.Method)]
[TraitDiscoverer("ActorChat.Promises.PromiseDiscoverer", "ActorChat.Promises")]
public sealed class PromiseAttribute(params string[] ids) : Attribute, ITraitAttribute
{
    public IReadOnlyList<string> Ids => ids;
}
