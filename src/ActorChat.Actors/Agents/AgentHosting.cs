using ActorChat.Actors.Persistence;
using Akka.Hosting;
using Microsoft.Extensions.AI;
using Microsoft.Extensions.Options;

namespace ActorChat.Actors.Agents;

public static class AgentHosting
{
    /// <summary>Adds <c>/user/ai</c>, which answers with the registered <see cref="IChatClient"/>.</summary>
    public static AkkaConfigurationBuilder AddAgents(this AkkaConfigurationBuilder builder) => builder.WithActors(
        (system, registry, services) =>
        {
            var client = services.GetService<IChatClient>();
            var model = client.GetService<ChatClientMetadata>()?.DefaultModelId ?? "unknown";
            var options = services.GetService<IOptions<AnswerOptions>>().Value;
            registry.Register<AiAgentActor>(
                system.ActorOf(AiAgentActor.PropsFor(new AgentServices(client, model, registry.Get<PersistenceActor>(), options)), "ai"));
        });
}
