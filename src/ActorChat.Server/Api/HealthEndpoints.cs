using ActorChat.Actors.Persistence;
using ActorChat.Domain;
using Akka.Actor;
using Akka.Hosting;

namespace ActorChat.Server.Api;

/// <summary><c>/healthz</c>: the process answers. <c>/readyz</c>: it can store, and is not going down.</summary>
public static class HealthEndpoints
{
    static readonly TimeSpan StoreTimeout = TimeSpan.FromSeconds(3);

    public static void MapHealth(this IEndpointRouteBuilder app)
    {
        app.MapGet("/healthz", () => Results.Text("ok"));
        app.MapGet("/readyz", async (IRequiredActor<PersistenceActor> persistence, IHostApplicationLifetime lifetime) =>
        {
            if (lifetime.ApplicationStopping.IsCancellationRequested) return NotReady("going down");
            try
            {
                return await persistence.ActorRef.Ask<Persisted>(ProbeStore.Instance, StoreTimeout) is { Items: [{ Outcome: CommandDone }] }
                    ? Results.Text("ready")
                    : NotReady("the store cannot store");
            }
            catch (AskTimeoutException)
            {
                return NotReady("the store does not answer");
            }
        });
    }

    static IResult NotReady(string why) => Results.Text(why, statusCode: StatusCodes.Status503ServiceUnavailable);
}
