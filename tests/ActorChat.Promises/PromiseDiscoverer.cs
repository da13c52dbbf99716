using Xunit.Abstractions;
using Xunit.Sdk;

namespace ActorChat.Promises;

/// <summary>Turns each <see cref="PromiseAttribute"/> into traits that test runners can filter by.</summary>
public sealed class PromiseDiscoverer : ITraitDiscoverer
{
    public IEnumerable<KeyValuePair<string, string>> GetTraits(IAttributeInfo traitAttribute) =>
        ((string[])traitAttribute.GetConstructorArguments().Single()).Select(id => KeyValuePair.Create("Promise", id));
}
