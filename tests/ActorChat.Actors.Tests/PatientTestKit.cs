using Akka.TestKit.Xunit2;

namespace ActorChat.Actors.Tests;

/// <summary>What is to come has long to do so: a machine may stand still for seconds. What is not to come is given its own time by each spec.</summary>
public abstract class PatientTestKit() : TestKit("akka.test { single-expect-default = 20 s, filter-leeway = 20 s }");
